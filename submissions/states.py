"""The life of a submission: states, actions, and the only table of transitions (DESIGN.md 4)."""

from django.db.models import TextChoices

from members.roles import Role


class State(TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "已收稿"
    IN_REVIEW = "in_review", "审稿中"
    RETURNED = "returned", "退修中"
    ACCEPTED = "accepted", "已录用"
    REJECTED = "rejected", "未采用"
    WITHDRAWN = "withdrawn", "已撤稿"


class Stage(TextChoices):
    """The review a submission waits for. Fine steps are rows (Approval), this says which comes next."""

    FIRST = "first", "初审"
    SECOND = "second", "复审"
    FINAL = "final", "终审"


class Action(TextChoices):
    SUBMIT = "submit", "投稿"
    REGISTER = "register", "代录"
    PASS = "pass", "审稿通过"
    ACCEPT = "accept", "录用"
    RETURN = "return", "退回修改"
    RESUBMIT = "resubmit", "交回修改稿"
    REJECT = "reject", "退稿"
    WITHDRAW = "withdraw", "撤稿"
    REOPEN = "reopen", "退回初审重审"
    UNDO = "undo", "撤回决定"


# A return is answered to the stage that asked: it comes back as IN_REVIEW with its stage unchanged.
TRANSITIONS: dict[Action, dict[State, State]] = {
    Action.SUBMIT: {State.DRAFT: State.SUBMITTED},
    Action.REGISTER: {State.DRAFT: State.SUBMITTED},
    Action.PASS: {State.SUBMITTED: State.IN_REVIEW, State.IN_REVIEW: State.IN_REVIEW},
    Action.ACCEPT: {State.IN_REVIEW: State.ACCEPTED},
    Action.RETURN: {State.SUBMITTED: State.RETURNED, State.IN_REVIEW: State.RETURNED},
    Action.RESUBMIT: {State.RETURNED: State.IN_REVIEW},
    Action.REJECT: {
        State.SUBMITTED: State.REJECTED,
        State.IN_REVIEW: State.REJECTED,
        State.RETURNED: State.REJECTED,
    },
    # The office changed the text in substance: its stage goes back to 初审.
    Action.REOPEN: {State.IN_REVIEW: State.IN_REVIEW},
    Action.WITHDRAW: {
        State.DRAFT: State.WITHDRAWN,
        State.SUBMITTED: State.WITHDRAWN,
        State.IN_REVIEW: State.WITHDRAWN,
        State.RETURNED: State.WITHDRAWN,
    },
}

# Taking a decision back goes along its own arrow the other way: the state it was taken in is kept with its event.
UNDOABLE = (Action.PASS, Action.ACCEPT, Action.RETURN, Action.REJECT)

AWAITING_REVIEW = (State.SUBMITTED, State.IN_REVIEW)
STAGE_ROLES = {Stage.FIRST: Role.EDITOR, Stage.SECOND: Role.MANAGING_EDITOR, Stage.FINAL: Role.CHIEF_EDITOR}
NEXT_STAGE = {Stage.FIRST: Stage.SECOND, Stage.SECOND: Stage.FINAL}


def leads(action: Action, before: str, after: str) -> bool:
    """Whether the table has this arrow."""
    return TRANSITIONS[action].get(State(before)) == after


def allows(action: Action, state: str) -> bool:
    return state in TRANSITIONS[action]
