"""代录: what an editor brought in → proposals, one a manuscript → registered for the persons who sent them.

A parcel is opened with files (a zip, a folder, some files, pasted text), read, grouped, mended by hand and carried out.
Each step keeps what it has: a bad file is told and does not stop the others; a second press of any button finds the
work done. The manuscripts themselves come into being by `intake.taking.new_draft` and `workflow.register` alone.

`bringing` opens and reads, `grouping` proposes, `keeping` holds what is typed, `persons` finds whose it is,
`carrying_out` registers; `photographs` and `blobs` are what they share.
"""

from .blobs import blob_path, files_of_open_parcels
from .bringing import MAX_FILES, Upload, call_for, may_register, open_parcel, read_on
from .carrying_out import carry_out
from .grouping import TYPED, regroup, rejoin, split
from .keeping import Moved, drop, save
from .persons import PersonExists, find_people, find_person, new_contributor
from .photographs import asking_for_originals

__all__ = [
    "MAX_FILES",
    "TYPED",
    "Moved",
    "PersonExists",
    "Upload",
    "asking_for_originals",
    "blob_path",
    "call_for",
    "carry_out",
    "drop",
    "files_of_open_parcels",
    "find_people",
    "find_person",
    "may_register",
    "new_contributor",
    "open_parcel",
    "read_on",
    "regroup",
    "rejoin",
    "save",
    "split",
]
