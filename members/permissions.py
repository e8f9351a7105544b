"""Predicates about a person; the other apps compose them into permissions (STYLE.md 7)."""

import rules

from .roles import SENDERS, Role


@rules.predicate
def is_member(user):
    return getattr(user, "is_member", False)


@rules.predicate
def is_editorial(user):
    return getattr(user, "is_editorial", False)


@rules.predicate
def is_reviewer(user):
    return getattr(user, "is_reviewer", False)


@rules.predicate
def is_sender(user):
    """May send manuscripts: contributors and liaisons."""
    return bool(getattr(user, "roles", frozenset()) & SENDERS)


def holds(*roles: Role):
    """A predicate: the person holds one of the roles."""
    wanted = frozenset(roles)

    @rules.predicate(name="holds_" + "_or_".join(sorted(wanted)))
    def predicate(user):
        return bool(getattr(user, "roles", frozenset()) & wanted)

    return predicate
