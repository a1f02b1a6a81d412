"""What the desk itself says to visitors, in five languages; a site may say it otherwise (F62).

A text is found by the language of the site: first the site's own words in it, then those here, then
the English ones. ``{number}``, ``{site}`` and ``{until}`` are filled in; nothing that a visitor
wrote ever is.
"""

import re
from collections.abc import Mapping

from .rules import Site

FALLBACK = "en"
AUTO = "auto"
"""A site that speaks each visitor's own language."""
PLACES = frozenset({"number", "site", "until"})
_PLACE = re.compile(r"\{([a-z]+)\}")

TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "introduce": "Please introduce yourself",
        "leave_contacts": "Leave your contacts and we will tell you the answer",
        "history": "Send this conversation to my e-mail address",
        "name": "Name",
        "email": "E-mail",
        "phone": "Phone",
        "question": "Question",
        "send": "Send",
        "field_missing": "Please fill in this field",
        "history_sent": "The conversation has been sent",
        "answers_mailed": "Your answers have been sent by e-mail",
        "history_subject": "Your conversation {number} with {site}",
        "history_intro": "This is a copy of your conversation {number} with {site}.",
        "unread_subject": "New answers in your conversation {number} with {site}",
        "unread_intro": "There are answers that you have not seen yet.",
        "your_question": "Your question:",
        "our_answer": "Our answer:",
        "you": "You",
        "left_out": "(Earlier lines are left out.)",
        "return": "Back to the conversation:",
        "return_until": "This link works once, until {until}.",
        "why": "You get this mail because your address was given in a chat on {site}. "
        "If it was not you, please ignore it.",
    },
    "fr": {
        "introduce": "Merci de vous présenter",
        "leave_contacts": "Laissez vos coordonnées et nous vous communiquerons la réponse",
        "history": "Envoyer cette conversation à mon adresse e-mail",
        "name": "Nom",
        "email": "E-mail",
        "phone": "Téléphone",
        "question": "Question",
        "send": "Envoyer",
        "field_missing": "Veuillez remplir ce champ",
        "history_sent": "La conversation a été envoyée",
        "answers_mailed": "Les réponses vous ont été envoyées par e-mail",
        "history_subject": "Votre conversation {number} avec {site}",
        "history_intro": "Voici une copie de votre conversation {number} avec {site}.",
        "unread_subject": "Nouvelles réponses dans votre conversation {number} avec {site}",
        "unread_intro": "Vous n'avez pas encore vu toutes les réponses.",
        "your_question": "Votre question :",
        "our_answer": "Notre réponse :",
        "you": "Vous",
        "left_out": "(Les lignes précédentes ont été omises.)",
        "return": "Revenir à la conversation :",
        "return_until": "Ce lien fonctionne une seule fois, jusqu'au {until}.",
        "why": "Vous recevez ce message car votre adresse a été indiquée dans un chat sur {site}. "
        "Si ce n'était pas vous, ignorez-le.",
    },
    "de": {
        "introduce": "Bitte stellen Sie sich vor",
        "leave_contacts": "Hinterlassen Sie Ihre Kontaktdaten, wir teilen Ihnen die Antwort mit",
        "history": "Dieses Gespräch an meine E-Mail-Adresse senden",
        "name": "Name",
        "email": "E-Mail",
        "phone": "Telefon",
        "question": "Frage",
        "send": "Senden",
        "field_missing": "Bitte füllen Sie dieses Feld aus",
        "history_sent": "Das Gespräch wurde gesendet",
        "answers_mailed": "Die Antworten wurden Ihnen per E-Mail gesendet",
        "history_subject": "Ihr Gespräch {number} mit {site}",
        "history_intro": "Dies ist eine Kopie Ihres Gesprächs {number} mit {site}.",
        "unread_subject": "Neue Antworten in Ihrem Gespräch {number} mit {site}",
        "unread_intro": "Es gibt Antworten, die Sie noch nicht gesehen haben.",
        "your_question": "Ihre Frage:",
        "our_answer": "Unsere Antwort:",
        "you": "Sie",
        "left_out": "(Frühere Zeilen sind weggelassen.)",
        "return": "Zurück zum Gespräch:",
        "return_until": "Dieser Link funktioniert einmal, bis {until}.",
        "why": "Sie erhalten diese Nachricht, weil Ihre Adresse in einem Chat auf {site} angegeben "
        "wurde. Wenn Sie das nicht waren, ignorieren Sie sie bitte.",
    },
    "es": {
        "introduce": "Por favor, preséntese",
        "leave_contacts": "Deje sus datos de contacto y le comunicaremos la respuesta",
        "history": "Enviar esta conversación a mi correo electrónico",
        "name": "Nombre",
        "email": "Correo electrónico",
        "phone": "Teléfono",
        "question": "Pregunta",
        "send": "Enviar",
        "field_missing": "Rellene este campo",
        "history_sent": "La conversación se ha enviado",
        "answers_mailed": "Las respuestas se le han enviado por correo electrónico",
        "history_subject": "Su conversación {number} con {site}",
        "history_intro": "Esta es una copia de su conversación {number} con {site}.",
        "unread_subject": "Nuevas respuestas en su conversación {number} con {site}",
        "unread_intro": "Hay respuestas que aún no ha visto.",
        "your_question": "Su pregunta:",
        "our_answer": "Nuestra respuesta:",
        "you": "Usted",
        "left_out": "(Se han omitido las líneas anteriores.)",
        "return": "Volver a la conversación:",
        "return_until": "Este enlace funciona una sola vez, hasta el {until}.",
        "why": "Recibe este mensaje porque su dirección se indicó en un chat de {site}. "
        "Si no fue usted, ignórelo.",
    },
    "pl": {
        "introduce": "Prosimy się przedstawić",
        "leave_contacts": "Zostaw dane kontaktowe, a przekażemy Ci odpowiedź",
        "history": "Wyślij tę rozmowę na mój adres e-mail",
        "name": "Imię",
        "email": "E-mail",
        "phone": "Telefon",
        "question": "Pytanie",
        "send": "Wyślij",
        "field_missing": "Wypełnij to pole",
        "history_sent": "Rozmowa została wysłana",
        "answers_mailed": "Odpowiedzi zostały wysłane e-mailem",
        "history_subject": "Twoja rozmowa {number} z {site}",
        "history_intro": "To jest kopia Twojej rozmowy {number} z {site}.",
        "unread_subject": "Nowe odpowiedzi w Twojej rozmowie {number} z {site}",
        "unread_intro": "Są odpowiedzi, których jeszcze nie przeczytano.",
        "your_question": "Twoje pytanie:",
        "our_answer": "Nasza odpowiedź:",
        "you": "Ty",
        "left_out": "(Wcześniejsze wiersze pominięto.)",
        "return": "Powrót do rozmowy:",
        "return_until": "Ten link działa jeden raz, do {until}.",
        "why": "Otrzymujesz tę wiadomość, ponieważ Twój adres podano w czacie na {site}. "
        "Jeśli to nie Ty, zignoruj ją.",
    },
}
KEYS = frozenset(TEXTS[FALLBACK])


def language_of(site: Site, spoken: str) -> str:
    """Return the language in which a site speaks to a visitor.

    Args:
        site: The site.
        spoken: What the visitor reads, ``fr`` or ``fr-CA``; empty if unknown.
    """
    if site.language != AUTO:
        return site.language
    own = spoken.partition("-")[0].casefold()
    return own if own in TEXTS or own in site.texts else FALLBACK


def texts_of(site: Site, spoken: str = "") -> dict[str, str]:
    """Return every text in the language in which a site speaks to a visitor."""
    language = language_of(site, spoken)
    return {
        **TEXTS[FALLBACK],
        **TEXTS.get(language, {}),
        **site.texts.get(language, {}),
    }


def filled(text: str, **values: object) -> str:
    """Return a text with its places filled in, in one pass: what is put in is not read again."""
    return _PLACE.sub(lambda found: str(values.get(found[1], found[0])), text)


def faulty(texts: Mapping[str, str]) -> str:
    """Return the first key that is unknown or has a text with an unknown place; empty if none."""
    for key, text in texts.items():
        if key not in KEYS or not set(_PLACE.findall(text)) <= PLACES or "\n" in text:
            return key
    return ""
