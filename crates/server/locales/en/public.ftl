## Home
home-title = Complain, report, track
home-head = A problem with something you bought? Tell us
home-lead = { $organ } handles your complaint or report by law. You see who does what, and the latest date for every step.
home-file = Tell us about a problem
home-file-text = About two minutes, on your phone.
home-file-1 = No account, and no need to know whether it is a complaint or a report
home-file-2 = Kept on your own phone as you type
home-file-3 = Receipt number and tracking code at once
home-file-go = Start
home-track = Track your case
home-path = What happens next
path-1 = You send it
path-1-limit = At once
path-1-text = You get a receipt number, a tracking code and the latest date of every step.
path-2 = To the right office
path-2-text = By where the business is and who is in charge of it.
path-3 = Accepted or not
path-3-text = Either way you are told why, and what else you can do.
path-4 = Mediation
path-4-text = If both sides agree: in person, by phone or video. Time for testing does not count.
path-within = within { $span }
path-report = Reports are verified by the authority: it decides within 15 working days whether to open a case, in special circumstances and with approval 15 more (Procedure Rules, Art. 18). A reporter's identity is kept secret by law.
home-call-label = Telephone and emergencies
home-call = Prefer to call? Dial { $phone }.
home-urgent = If you are in danger dial 110; if someone is hurt dial 120.

## Filing
step-what = What happened
step-who = How to reach you
file-what-head = What happened?
file-what-lead = Write it as you would tell a friend. You need not know whether it is a complaint or a report; we sort that out.
file-narrative = What happened
file-narrative-hint = When, where, what you bought, what went wrong
file-respondent = The business
file-respondent-hint = Shop, company or seller
file-respondent-address = Where it is
file-respondent-address-hint = Address, or platform and shop, or link
file-ask = What do you want?
file-ask-hint = Choose as many as you like
ask-refund = Refund
ask-return = Return the goods
ask-exchange = Exchange
ask-repair = Repair
ask-remake = Do it again
ask-make-up = Make up the quantity
ask-compensation = Compensation
ask-other = Something else, told above
ask-report = Please check this business
ask-consult = I only have a question
ask-hint-report = It may break the law: no licence, fakes, false advertising, price fraud …
ask-hint-consult = Nothing to be done, only an answer
file-amount = Amount
file-evidence = Evidence
file-evidence-hint = Receipts, payments, chats, photos, contracts. Up to { $max } each; you can add more later
draft-saved = Saved on this device at
draft-forget = Clear
file-what-after = The next page asks how to reach you. After sending you get a tracking code and the date by which each step is due.
file-who-head = How can we reach you?
file-who-complaint = To settle a dispute we need your real name, phone and address (Order 121, Art. 10). The business learns only what mediation needs.
file-who-report = You may report without a name. If you leave one, we can ask you about details.
file-who-consult = Leave a phone number so that we can answer.
file-anonymous = Report anonymously, without contact details
file-anonymous-hint = You can still follow it with the receipt number and the code; but we cannot ask you anything, and a result the law lets you know can only be read here
file-more = When you found out (optional)
file-knew = When did you find out about the harm?
file-knew-hint = An approximate day will do. After more than three years a complaint is normally not accepted (Order 121, Art. 16); courts and arbitration may still be open.
file-name = Your name
file-phone = Phone
file-phone-hint = To reach you, and to track your case
file-address = Postal address
file-address-hint = Where a letter reaches you
file-id = ID card number
file-id-hint = Only to verify who you are; stored encrypted, every look is recorded
file-consents = You may agree to
file-consents-hint = We handle your case whether you agree or not. You can change it later
agree-publish = Publish information about this complaint
agree-hint-publish = The business, the problem and the result; never your name, phone or address
agree-entrust = Let another body mediate
agree-hint-entrust = A consumer association or another mediation body, if the business agrees too
privacy-short = What you write is used for this case only and stored encrypted; every look at your contact details is recorded.
privacy-more = How your data is protected
file-truth = By sending you answer for the truth of it. Invented facts and extortion are handed to the police by law.
file-send = Send
file-back = Back to the first page
file-review = What I wrote on the first page

## Receipt
receipt-title = Receipt
receipt-head = Received. Please keep this receipt
receipt-keep = With these two you can track it at any time
receipt-number = Receipt number
receipt-code = Tracking code
receipt-qr = Scan to track
receipt-code-once = The code is shown only this once. Take a screenshot, print it or write it down, and show it to nobody.
receipt-copy = Copy the receipt
receipt-files = { $n ->
    [one] { $n } file
   *[other] { $n } files
}
receipt-anonymous = You left no contact details, so we cannot reach you. Please keep the tracking code.
receipt-dates = Dates to expect
receipt-dates-note = Dates follow the State Council's holiday calendar. Where the law leaves days out or extends a limit, the tracking page says so.

## Tracking
track-head = Track your case
track-lead = Enter the receipt number, and the tracking code or the phone number you left.
track-secret = Tracking code or phone
track-secret-hint = For an anonymous report, the code only
track-go = Show
track-title = Case { $number }
track-leave = Leave
track-waiting = Being registered and sent on
track-waiting-text = We read whether it is a complaint, a report or a question, handle the parts apart where it is more than one, and send it to the office in charge.
track-several = What you told us is handled as { $n } cases
track-evidence = Evidence
track-erased = The record of this case is erased
track-add = Add evidence
track-add-go = Upload
track-who-sees = Only the staff handling it can see your contact details, and every look is recorded.
track-withdraw = It is settled: withdraw
remedies-head = You can still
remedy-1 = settle with the business yourselves
remedy-2 = ask a consumer association or another lawful mediation body to mediate
remedy-3 = complain to the administrative department in charge
remedy-4 = go to arbitration, if you have an arbitration agreement with the business
remedy-5 = sue in a people's court
remedies-law = Law on the Protection of Consumer Rights, Art. 39

## Withdrawing
withdraw-head = Withdraw it?
withdraw-complaint = Mediation then ends and this complaint is closed. What you have agreed with the business stands.
withdraw-report = You may withdraw the report, but the authority goes on verifying it.
withdraw-reason = Would you tell us why?
withdraw-go = Withdraw
withdraw-no = Do not withdraw

## Lost number
lost-link = I lost the number
lost-head = Find your receipt number
lost-lead = Enter the name and phone you gave.
lost-phone = The phone you gave
lost-how = To protect you, this page never says whether anything was found. The number is sent to that phone only; or come to a counter with your ID.
lost-go = Find it

## Privacy
privacy-lead = { $organ } is responsible for your personal data. This notice follows Articles 17 and 35 of the Personal Information Protection Law.
privacy-h-what = What we collect
privacy-what-1 = What you write: the story, what you want, the amount; and the files you send
privacy-what-2 = Name, phone and postal address: the law requires them for a complaint; a report may go without
privacy-what-3 = ID number: only where we must verify who you are
privacy-what-4 = When and through which channel it was sent
privacy-h-why = Why, and on what basis
privacy-why = To do what the law charges us with: handle your complaint, report or question (Personal Information Protection Law, Art. 13(3); Order 121, Art. 10). For nothing else, and no decision is made by a machine alone.
privacy-h-who = Who can see it
privacy-who-1 = The staff handling the case; every look at contact details is recorded, and the record cannot be changed
privacy-who-2 = The business: only what mediation needs
privacy-who-3 = Who reported, and how a report is handled, is never told to the business reported
privacy-who-4 = Publication: only complaints you agreed to, without your identity
privacy-h-keep = How and how long it is kept
privacy-keep = Inside China, each case encrypted by itself. After closing it is kept as the archive rules say; then its key is destroyed and the content cannot be recovered.
privacy-h-rights = Your rights
privacy-rights = You may read, correct and add to your data and take back a consent; where the law allows you may have it erased. Use the tracking page or the contact below.
privacy-h-device = What is on your device
privacy-device = An unfinished form is kept on your own device only; it is cleared when you send it, or when you press “Clear”. Language and type size are remembered in a small cookie. Nothing follows you.
privacy-h-ask = Contact
