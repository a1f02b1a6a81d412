"""What one person may ask of the desk, and for how long it keeps anything (security.md 12)."""

from .concerning import Concerning as Concerning, concerning as concerning
from .erasing import carry_out as carry_out
from .export import export as export
from .retention import Retention as Retention
