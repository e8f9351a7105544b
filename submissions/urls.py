from django.urls import path, register_converter

from .views import (
    answering,
    arrival,
    checking,
    endorsing,
    format_check,
    mine,
    photos,
    pieces,
    printing,
    rules,
    versions,
    writing,
)


class PhotoAct:
    regex = "|".join(photos.ACTS)

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


register_converter(PhotoAct, "photo_act")

urlpatterns = [
    path("", writing.submit, name="submit"),
    path("text/", writing.new_draft, {"kind": "text"}, name="new_text"),
    path("image/", writing.new_draft, {"kind": "image"}, name="new_image"),
    path("mine/", mine.my_submissions, name="my_submissions"),
    path("rules/", rules.rules, name="rules"),
    path("format/", format_check.format_check, name="format_check"),
    path("letters/", mine.letters, name="letters"),
    path("<uuid:pk>/", writing.draft, name="draft"),
    path("<uuid:pk>/autosave/", writing.autosave, name="autosave"),
    path("<uuid:pk>/conflict/", writing.conflict, name="conflict"),
    path("<uuid:pk>/photos/", photos.upload, name="upload"),
    path("<uuid:pk>/photos/<int:attachment_id>/", photos.preview, name="photo"),
    path("<uuid:pk>/photos/<int:attachment_id>/<photo_act:act>/", photos.change, name="change_photo"),
    path("<uuid:pk>/clean/", arrival.clean_draft, name="clean_draft"),
    path("<uuid:pk>/word/", arrival.upload_word, name="upload_word"),
    path("<uuid:pk>/word/<int:original_id>/", arrival.arrived, name="arrived"),
    path("<uuid:pk>/originals/<int:original_id>/", arrival.original, name="original"),
    path("<uuid:pk>/pieces/", pieces.pieces, name="pieces"),
    path("<uuid:pk>/check/", checking.review_draft, name="review_draft"),
    path("<uuid:pk>/check/fix/", checking.fix, name="fix_finding"),
    path("<uuid:pk>/check/undo/", checking.undo, name="undo_fix"),
    path("<uuid:pk>/check/keep/", checking.keep, name="keep_passage"),
    path("<uuid:pk>/check/ask-again/", checking.ask_again, name="ask_again"),
    path("<uuid:pk>/check/hand-in/", checking.hand_in, name="hand_in"),
    path("<uuid:pk>/print/", printing.in_print, name="in_print"),
    path("<uuid:pk>/status/", mine.submission, name="submission"),
    path("<uuid:pk>/versions/", versions.versions, name="my_versions"),
    path("<uuid:pk>/declare/", mine.declare, name="declare"),
    path("<uuid:pk>/points/", answering.points, name="answer_points"),
    path("<uuid:pk>/more-time/", answering.ask_more_time, name="ask_more_time"),
    path("<uuid:pk>/messages/", answering.write_message, name="write_message"),
    path("unit/", endorsing.endorsements, name="endorsements"),
    path("<uuid:pk>/endorse/", endorsing.endorse, name="endorse"),
    path("<uuid:pk>/endorse/photos/<int:attachment_id>/", endorsing.endorsed_photo, name="endorsed_photo"),
    path("<uuid:pk>/endorse/sheets/<int:approval_id>/", endorsing.endorsement_sheet, name="endorsement_sheet"),
    path("<uuid:pk>/withdraw/", mine.withdraw, name="withdraw"),
]
