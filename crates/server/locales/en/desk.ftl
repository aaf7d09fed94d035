## Desk
desk = Desk
nav-search = Search
sign-out = Sign out
keys-head = Keyboard
keys-help = Show all keys

sign-in = Sign in
sign-in-head = Staff sign-in
sign-in-lead = Looking at personal data leaves a record.
sign-in-help = If you forgot your password, the security administrator of your unit sets a new one. To track a case you need not sign in.
login = User name
password = Password
first-head = Make the first administrator
first-lead = This link works once. Then sign in with the new account and set up units and people.

## Lists
col-case = Case
col-clock = Due
col-kind = Kind
col-state = State
col-unit = Unit
col-channel = From
col-received = Received
no-unit = Not sent
urgent = Urgent
late-word = late
filter-q = Find
filter-go = Filter
filter-from = From

## Case page
my-cases = My cases
narrative = What was written
request = Wants:
parties = Parties
facts = Facts
evidence = Evidence
clocks = Time limits
notes = Notes
notes-none = No notes yet. Notes are for staff only.
note-add = Write a note
note-go = Save note
acts = What you can do now
acts-none = Nothing for you to do at this stage.
blocked = Not possible now
papers = Papers (in Chinese)
siblings = Other cases of the same submission
reveal = Show (recorded)

split-head = Handle the parts apart
split-lead = A submission that holds a complaint and a report is handled as two (Order 121, Art. 9). Put the words of each part into its box.
split-text = The words of this part
split-take = Take the selected words
split-take-help = Select words above, then press the button of a part below.
split-after = Each part gets its own number, time limits and papers; the report appears on no page of the complaint's side.
split-go = Split

search-how = By number, name, phone, shop, or any characters of the text. What you may not see is not found.
search-start = Type what you are looking for
search-start-text = Any characters; traditional or simplified, full or half width, capitals or not.
search-none = Nothing found
search-none-text = Use fewer characters, or take away a filter.
filter-clear = Clear the filter

approvals = To approve
approvals-none = Nothing to approve
approvals-none-text = What officers propose appears here.
col-asked = Asked for
col-reason = Reason
col-by = By
col-decide = Decide

## Supervision
overview = Overview
overview-by-unit = By unit and state
overview-none = No cases yet

## Administration
units = Units
units-lead = A change takes effect from a day on and leaves earlier records as they are.
units-add = Add a unit
col-level = Level
col-parent = Under
col-organ = Organ
people = People
people-add = Add a person
people-once = Temporary password of { $login }
people-once-note = Shown only this once. Hand it over in person; it is changed at the first sign-in.
col-name = Name
col-roles = Roles
col-last = Last sign-in
access = Access log
access-lead = Who looked at which personal data of which case, and when. The records are chained and cannot be changed.
access-q = Person or number
access-none = No records
col-at = When
col-who = Who
col-what = What
col-seq = No.
notices = Holiday notices
notices-lead = The State Council's yearly notice says which days are working days. Dates in a year without a notice are provisional.
notices-load = Load a notice
notices-preview = { $n ->
    [one] { $n } time limit would move
   *[other] { $n } time limits would move
}
notices-none-move = No time limit would move
notices-none = No notice loaded yet
col-which-clock = Time limit
col-from = Was
col-to = Becomes
col-year = Year
col-number = Number
col-days = Days
col-loaded = Loaded
verify = Verification
verify-lead = Rebuilds every case, compares every column, checks every chain and the tree.
verify-last = Last signature
verify-size = Size of the tree
verify-head = Tree head
verify-external = Head sent elsewhere
verify-never = Run fangxin verify on the server; its result is shown on the terminal
col-checked = Checked
col-n = Count
col-found = Found
account = My account
account-password = Change password
account-sessions = Signed-in devices
session-this = This one
session-other = Other
session-since = Signed in { $since }, used { $last }
session-end = Sign it out
