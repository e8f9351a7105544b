"""Why a step is not taken, told to a person: what every verb raises. Forms and pages show the message as it is."""


class Refused(Exception):
    """The step cannot be taken; the message tells a person why and what to do next."""


class Stale(Refused):
    def __init__(self):
        super().__init__("这篇稿件已被他人处理，请刷新页面看最新情况。您写的意见还在，没有丢。")
