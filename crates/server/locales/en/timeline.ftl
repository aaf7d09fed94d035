## History
tl-you = you
tl-registered-you = You filed: { $kind }
tl-registered = Registered: { $kind }
tl-files = { $n ->
    [one] With { $n } file
   *[other] With { $n } files
}
tl-historical = Kept for the record only; no time limits
tl-unknown = Date of receipt unknown
tl-received = Received by { $organ }
tl-sent = Sent to { $unit }
tl-basis = Because of: { $basis }
tl-took = Took { $time }
tl-opened = Taken up by { $unit }
tl-handler = Handled by { $name }
tl-reclassified = Now handled as: { $kind }
tl-by = To be provided by { $date }
tl-told = Told { $who }: { $what }
tl-method = By: { $method }
tl-consents = Agreed ({ $who }): { $what }
tl-declines = Declined ({ $who }): { $what }
tl-entrusted = Mediation entrusted to { $to }
tl-recusal-granted = Granted: another mediator takes over
tl-recusal-declined = Not granted
tl-pause = Time stands still from { $date }
tl-resume = Time runs again after { $date }
tl-extend = extend “{ $clock }”
tl-proposed = Put to the head: { $what }
tl-approved = Approved: { $what }
tl-not-approved = Not approved: { $what }
tl-ours = This authority keeps the case
tl-not-ours = Another authority handles it
tl-evidence-you = { $n ->
    [one] You added { $n } file
   *[other] You added { $n } files
}
tl-evidence-person = { $n ->
    [one] The submitter added { $n } file
   *[other] The submitter added { $n } files
}
tl-evidence-desk = { $n ->
    [one] The office added { $n } file
   *[other] The office added { $n } files
}
tl-settled = The two sides settled by themselves
tl-closed = Closed: { $outcome }
tl-level = Settled at: { $level }
tl-recovered = { $amount } recovered
tl-untrue = What was claimed was found untrue
tl-clock-set = { $clock }: by { $date } at the latest
tl-clock-lapsed = Time is up: { $clock }
tl-entered = Entered later, { $at }
tl-latest = by { $date }
tl-correct-receipt = Time of receipt corrected to { $at }
tl-correct-respondent = Business corrected to { $name }
tl-correct-amount = Amount corrected to { $amount }
tl-correct-knew = Day the harm became known corrected to { $date }
tl-correct-told = Time of telling “{ $what }” corrected to { $at }

## Still to come
come-send = Sent to the office that handles it
come-send-desk = Send to the unit that handles it
come-open = Taken up by that office
come-open-desk = Opened by that unit
come-decide = Accepted or not, and why
come-decide-desk = Decide whether to accept, and tell the complainant why
come-tell = You are told the decision
come-tell-desk = Tell the parties the decision
come-mediate = Mediation, within 60 days of acceptance
come-mediate-desk = Mediate, with a result within 60 days of acceptance
come-tell-end = Both sides are told that mediation has ended
come-tell-end-desk = Tell both sides that mediation has ended
come-verify = Verified, and decided whether to open a case
come-verify-desk = Verify; the head decides whether to open a case
come-answer = You get an answer
come-answer-desk = Answer the submitter
come-close = Closed

## Next step (tracking page)
next-receive = Waiting for the authority to record its receipt
next-send = { $unit } sends it to the right office by this day
next-open = { $unit } takes it up
next-decide = { $unit } tells you by this day whether it is accepted
next-tell = { $unit } tells you the decision by this day
next-start-mediation = { $unit } asks both sides and mediates; it ends by this day
next-decide-recusal = { $unit } decides whether the mediator steps back
next-await-testing = Waiting for a test result; this time does not count
next-mediate = { $unit } mediates; there is a result by this day
next-must-terminate = The limit has passed: { $unit } must end mediation and tell you
next-verify = { $unit } starts verifying and decides by this day whether to open a case
next-propose = { $unit } is verifying and decides by this day whether to open a case
next-approve = { $unit } decides by this day
next-settle-dispute = To be settled which authority handles it
next-answer = { $unit } answers you by this day
next-close = { $unit } closes the case
next-desk = { $who }: { $step }

## Time limits
clock-today = due today
clock-today-until = due today at { $time }
clock-left = { $n ->
    [one] { $n } working day left
   *[other] { $n } working days left
}
clock-left-days = { $n ->
    [one] { $n } day left
   *[other] { $n } days left
}
clock-late = { $n ->
    [one] { $n } working day late
   *[other] { $n } working days late
}
clock-late-time = { $time } late
clock-provisional = {" "}(provisional)
clock-none = Being handled
clock-suspended = Time stands still
clock-suspended-since = Since { $date }: time for testing does not count
clock-met = done in time
clock-missed = done late
clock-void = no longer applies
clock-extended = extended by { $span } with approval
clock-excluded = not counted: after { $from } until { $to }
clock-identity = Please provide proof of identity by { $date }, or the complaint may not be accepted
clock-identity-desk = The complainant was asked for proof of identity by { $date }
clock-local = Local promise: { $source }
clock-local-short = Local promise
list-colon = {": "}
proof-working = { $from } is the first day and does not count; { $span } from the next working day on.
proof-natural = { $from } is the first day and does not count; { $span } from the day after; a last day that is a day off moves on.
proof-clock = { $span } from { $from }; holidays count too.
proof-testing = testing
proof-moved = moved to this day
proof-provisional = The holidays of { $year } have not been announced yet, so this date is provisional. It is computed again when they are; a change is written in the history.
holiday-new-year = New Year
holiday-spring = Spring Festival
holiday-qingming = Qingming
holiday-labour = Labour Day
holiday-dragon-boat = Dragon Boat Festival
holiday-mid-autumn = Mid-Autumn Festival
holiday-national = National Day

## Decisions
law-order20-accept = Order 20, Art. 14
law-order20-refuse = Order 20, Art. 15
law-order20-terminate = Order 20, Art. 21(1)
law-order121-accept = Order 121, Art. 15
law-order121-refuse = Order 121, Art. 16
law-order121-terminate = Order 121, Art. 23(1)
law-none-accept = the rules that apply
law-none-refuse = the rules that apply
law-none-terminate = the rules that apply
law-item = { $law }, item ({ $n })
decision-accepted = Under { $law } your complaint is accepted. If both sides agree, mediation follows.
decision-identity = Please provide proof of identity by { $date }. Without it the complaint may not be accepted.
decision-ground = Under { $law }: { $ground }.
decision-body = Already accepted or handled by: { $body }.
decision-factor = Considered: { $factor }.
decision-handed = Handed over by law to { $to }.
decision-elsewhere = Please turn to { $to }.
decision-amount = The business pays or gives back { $amount }.
decision-performed = Performed on the spot.
decision-filed = After verification it was decided to open a case.
decision-leniency = By the list: { $item }.
decision-duplicate = The same person reported the same fact again without anything new; it is not handled a second time (Order 121, Art. 35(2)). The earlier report goes on.

## Channels
channel-web = web form
channel-counter = counter
channel-file = file import
channel-clue = clue found in mediation
channel-lost = lost receipt number
