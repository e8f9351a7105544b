"""The one way a file is turned away: with its name, the reason and the next step, in plain Chinese."""


class FileRefused(Exception):
    """The file cannot be used. `str()` is the whole sentence a person reads; `name` is the file's name."""

    def __init__(self, name: str, reason: str, next_step: str):
        self.name, self.reason, self.next_step = name, reason, next_step
        super().__init__(f"“{name}”{reason}。{next_step}。")
