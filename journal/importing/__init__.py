"""A printed issue's text → an issue in the journal.

`read.parse_issue` is pure: text in, `PrintedIssue` out, problems listed. `write.import_issue` puts it into the database.
"""
