"""Emoji by name: ``:thumbsup:`` is replaced where somebody asks for it, and nowhere else (S3-31).

A short table of the signs that are used most, under the names that chat programs agree on. Whoever
writes a front end offers it as a menu, or asks for the replacement before he sends a line; the desk
never changes a line that was sent.
"""

import re
from collections.abc import Mapping

_TABLE = """
😀 grinning 😃 smiley 😄 smile 😁 grin 😆 laughing 😅 sweat_smile 😂 joy 🤣 rofl 🙂 slight_smile
🙃 upside_down 😉 wink 😊 blush 😇 innocent 🥰 smiling_hearts 😍 heart_eyes 🤩 star_struck
😘 kissing_heart 😋 yum 😛 tongue 😜 winking_tongue 🤪 zany 🤗 hugging 🤭 hand_over_mouth
🤫 shushing 🤔 thinking 🤐 zipper_mouth 🤨 raised_eyebrow 😐 neutral 😑 expressionless
😶 no_mouth 😏 smirk 😒 unamused 🙄 rolling_eyes 😬 grimacing 😌 relieved 😔 pensive 😪 sleepy
😴 sleeping 😷 mask 🤒 thermometer_face 🤕 bandage_face 🤢 nauseated 🤧 sneezing 🥵 hot 🥶 cold
🤯 exploding_head 🤠 cowboy 🥳 partying 😎 sunglasses 🤓 nerd 🧐 monocle 😕 confused 😟 worried
🙁 slight_frown 😮 open_mouth 😲 astonished 😳 flushed 🥺 pleading 😨 fearful 😰 cold_sweat
😥 disappointed_relieved 😢 cry 😭 sob 😱 scream 😖 confounded 😞 disappointed 😓 sweat 😩 weary
😫 tired 🥱 yawning 😤 triumph 😡 rage 😠 angry 🤖 robot 💩 poop 👋 wave ✋ raised_hand
👌 ok_hand ✌️ v 🤞 crossed_fingers 🤟 love_you 🤙 call_me 👈 point_left 👉 point_right
👆 point_up 👇 point_down 👍 thumbsup 👎 thumbsdown ✊ fist 👊 punch 👏 clap 🙌 raised_hands
👐 open_hands 🤝 handshake 🙏 pray ✍️ writing_hand 💪 muscle 👀 eyes 👂 ear 🤷 shrug
🤦 facepalm 🙋 raising_hand 🙇 bow 👤 person 👥 people 🕺 dancer ❤️ heart 🧡 orange_heart
💛 yellow_heart 💚 green_heart 💙 blue_heart 💜 purple_heart 🖤 black_heart 💔 broken_heart
💕 two_hearts 💯 100 💥 boom 💬 speech_balloon 💭 thought_balloon 💤 zzz 🎉 tada 🎊 confetti
🎁 gift 🎂 birthday 🎈 balloon 🏆 trophy 🥇 first_place ⭐ star 🌟 glowing_star ✨ sparkles
🔥 fire ⚡ zap ☀️ sunny 🌧️ rain ❄️ snowflake 🌈 rainbow 🌍 earth 🌱 seedling 🌹 rose
🍀 four_leaf_clover 🐶 dog 🐱 cat ☕ coffee 🍰 cake 🍕 pizza 🍺 beer 🍷 wine ✅ check
☑️ ballot_check ✔️ heavy_check ❌ x ❓ question ❗ exclamation ⚠️ warning ⛔ no_entry
🚫 prohibited ➡️ arrow_right ⬅️ arrow_left ⬆️ arrow_up ⬇️ arrow_down 🔄 repeat 🔔 bell
🔕 no_bell 🔒 lock 🔓 unlock 🔑 key 🔍 mag 🔗 link 📎 paperclip 📌 pin 📅 calendar
⏰ alarm_clock ⏳ hourglass ⌛ hourglass_done 🕐 clock 📞 telephone 📱 phone 💻 computer
🖨️ printer 📧 e-mail ✉️ envelope 📦 package 📄 page 📝 memo 📊 chart 📈 chart_up
📉 chart_down 💡 bulb 🔧 wrench 🛠️ tools ⚙️ gear 🛒 cart 💰 money 💳 credit_card 🧾 receipt
🚚 truck 🚗 car ✈️ airplane 🏠 house 🏢 office 🏦 bank 🎵 musical_note 🥁 drum 🎸 guitar
🎬 clapper 📷 camera 🎫 ticket
"""
_WORDS = _TABLE.split()
EMOJI: Mapping[str, str] = dict(zip(_WORDS[1::2], _WORDS[::2], strict=True))
"""The signs by name."""
_NAMED = re.compile(r":([a-z0-9_-]+):")


def replaced(text: str) -> str:
    """Return a text with the signs instead of their names; names nobody knows stay as they are."""
    found: list[str] = []
    end = 0
    while (name := _NAMED.search(text, end)) is not None:
        sign = EMOJI.get(name[1])
        # The colon behind an unknown name may begin the next one.
        stop = name.end() if sign else name.end() - 1
        found += [text[end : name.start()], sign or text[name.start() : stop]]
        end = stop
    return "".join((*found, text[end:]))


def named(begin: str) -> dict[str, str]:
    """Return the signs whose names begin so, by name."""
    wanted = begin.casefold().removeprefix(":")
    return {name: sign for name, sign in EMOJI.items() if name.startswith(wanted)}
