## Shared by all pages
brand = Fangxin
skip = Skip to the content
nav-label = Main menu
nav-file = Tell us
nav-track = Track
type-large = Large type
type-normal = Normal type
foot = Consumer complaints and reports
foot-desk = Staff sign-in
privacy = How your data is protected
home-back = Home
back = Back
close = Close
next = Next
print = Print
copy = Copy
copied = Copied
remove = Remove
optional = optional
list-comma = ,{" "}
unit-yuan = yuan
history = What has happened
to-come = To come:
why-this-day = Why this day
paper-chinese = Official papers are in Chinese by law

errors-title = Nearly there: please look at these
errors-kept = Everything you typed is still here.
error-word = Please change:
error-in-title = Please change ·{" "}
error-reference = When you ask for help, give this number

span-wd = { $n ->
    [one] { $n } working day
   *[other] { $n } working days
}
span-nd = { $n ->
    [one] { $n } day
   *[other] { $n } days
}
span-h = { $n ->
    [one] { $n } hour
   *[other] { $n } hours
}
span-min = { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
}
span-month = { $n ->
    [one] { $n } month
   *[other] { $n } months
}
span-year = { $n ->
    [one] { $n } year
   *[other] { $n } years
}
elapsed-min = { $m } min
elapsed-h = { $h } h { $m } min
elapsed-d = { $d } d { $h } h

pager-label = Pages
pager-prev = Previous
pager-next = Next

file-kept = Uploaded
file-too-large = too large: make it smaller or split it
evidence-none = No files yet.

## Cells of the calendar
day-start = First day, not counted
day-on = Counted
day-off = Day off, not counted
day-make = Make-up working day, counted
day-excluded = Left out by law, not counted
day-due = Last day

## Pages of what went wrong
error-title-400 = We could not read that request
error-do-400 = Go back, check what you entered and try again. Nothing from that page has been stored.
error-title-403 = You cannot open this page now
error-do-403 = If you work here, sign in again. To follow your case, use the receipt number and the tracking code.
error-title-404 = Page not found
error-do-404 = The address may be mistyped, or you may not see this page. To follow your case, use the receipt number and the tracking code.
error-title-409 = Someone has just changed this, or it was already sent
error-do-409 = Nothing was registered twice. Go back, reload, and decide after seeing how it stands.
error-title-413 = That is too large
error-do-413 = Shorten the text, or send fewer or smaller files.
error-title-429 = Please wait a little
error-do-429 = Too many attempts in a short time. Try again in a few minutes; nothing of yours is lost.
error-title-500 = Something went wrong on our side
error-do-500 = It was not done, and nothing half-done was kept. Please try again later; if it is urgent, call 12315.
error-title-503 = The service is not available just now
error-do-503 = Your submission was not received and no receipt was made. Keep your text and try again in a few minutes; if it is urgent, call 12315.
error-kept = What you typed is kept on this page: leave it open and send it again in a while.
error-again = Send it again

## Mistakes in forms: what to do
bad-required = Please fill this in
bad-choose = Please choose one
bad-too-long = This is too long; please shorten it
bad-narrative = Please write what happened
bad-respondent-name = Please name the business; if you do not know its full name, write what its sign says
bad-respondent-address = Please say where it is; for an online shop, name the platform and the shop or paste the link
bad-ask = Please choose at least one thing you want
bad-amount = Please write the amount in figures, for example 3800 or 3800.50
bad-amount-negative = The amount cannot be negative
bad-amount-large = The amount is too large; please check it
bad-name = Please write your real name; a complaint needs it (Order 121, Art. 10)
bad-phone = Please write a number where we can reach you, for example 13800000000 or 0579-82190000
bad-address = Please write your postal address; a complaint needs it (Order 121, Art. 10)
bad-id = This ID number does not check; please compare every digit
bad-uscc = This business number does not check; please compare every character
bad-file-type = We cannot take this kind of file. Send photos, PDF, sound, video or Office files
bad-file-large = The file is too large; make it smaller or split it
bad-file-many = Too many files; please add them in several steps
bad-file-empty = Please choose a file
bad-date = Please write a correct date
bad-date-future = The date cannot be after today
bad-date-ancient = The date is too long ago; please check it
bad-date-past = The date cannot be before today
bad-receipt-pair = Receipt number and code (or phone) do not belong together; please check them
bad-login = User name or password is wrong
bad-locked = Too many attempts; try again in a few minutes
bad-password-short = A password has at least 10 characters
bad-password-repeat = The two passwords differ
bad-password-old = The old password is wrong
bad-login-taken = This user name is taken
bad-session = Your session is over; sign in again. What you typed is still here
bad-stale = Someone has just changed this case. Look at how it stands now, then decide; what you typed is still here
bad-again = It was already sent; nothing was registered twice
