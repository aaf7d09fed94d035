## Home and setup
home-places = Choose a locality
empty-store = Fangxin is running and not set up yet
empty-store-text = There is no locality and no staff account yet, so nothing can be sent or tracked.
empty-store-how = Whoever installs it: the terminal that started the program shows a one-time link; open it to set up the locality and its first administrator.
setup-go = Finish
setup-done = Set up. Please sign in
setup-code = Division code
setup-code-hint = Six digits (GB/T 2260)
setup-place = Name of the locality
setup-place-en = Name in English
setup-pack = Policy pack
setup-pack-hint = Time limits, numbers and units follow it; it can be replaced by a newer version
setup-organ = Full name of the authority
setup-organ-hint = For example 清和县市场监督管理局; leave empty where the policy pack brings its authorities (the two demonstrations)
setup-short = Its short form
setup-short-hint = Short name in document numbers, such as 金东; leave empty where the pack brings its authorities
setup-person = Your name
setup-login-hint = Letters, digits, dots, dashes; 3 to 40
setup-password-hint = At least { $n } characters
setup-repeat = Password once more
pack-national = National
pack-jindong = Jindong
pack-shandong = Shandong
pack-demo-qinghe = Demonstration: Qinghe
pack-demo-yunshan = Demonstration: Yunshan

## Filing
file-violation = What law may it break?
file-violation-hint = Only for those who verify; it never appears on any page of the complaint. Left empty, what you wrote on the first page is used
receipt-again = This form had been sent before; what was sent first counts. To add something, use the tracking page.
receipt-after-acceptance = within { $span }
receipt-mediation = once accepted: mediation, if both sides agree

## Tracking
track-agreements = What you agree to
agreed-yes = agreed
agreed-no = not agreed
agreed-to-yes = Agree
agreed-to-no = Take back
track-withdraw-report = Withdraw the report
track-added = Your evidence has been received
track-withdrawn = Withdrawn
track-consent = Noted
paper-form1 = Complaint form
paper-form2 = Report form
withdraw-settled = The business and I have settled it ourselves

## Lost number
lost-sent = Your request has been received
lost-sent-text = If name and phone are those given at filing, a member of staff will call that phone. To protect you, this page does not say whether anything was found.
lost-sent-counter = You can also ask at a counter with your identity card.
lost-request = Lost receipt number: name and phone match a submission. Call the phone given at filing, make sure it is the person, and tell them; issue a new code if need be. Tell nothing to any other number.

## Mistakes in a form
bad-too-short = Too short; please write a little more
bad-nonce = Please press send once more
bad-busy = Too much was sent in a short time. Please try again in a few minutes; everything you typed is still here
bad-kept = The files sent before have expired; please send them again
bad-evidence-later = Files cannot be taken just now; go on without them and add them later, or try again in a few minutes
bad-lost-name = Please give the name you left when filing
bad-lost-phone = Please give the phone number you left when filing
bad-name-report = Please give your name, or choose to report anonymously
bad-name-consult = Please say how we may address you
bad-file-named = “{ $name }”: { $why }
bad-file-blank = The file is empty
bad-money-empty = Please give the amount
bad-phone-shape = A phone that reaches you, such as 13800000000 or 0579-82190000
bad-phone-area-code-missing = A fixed line needs its area code, such as 0579-82190000
bad-code-empty = Please fill this in
bad-id-length = An identity number has 18 characters; please check
bad-id-character = 17 digits and a last digit or X; please check
bad-id-area = The first digits are no division; please check
bad-id-birth-date = The date of birth inside is wrong; please check
bad-id-birth-date-future = The date of birth inside lies in the future; please check
bad-id-check = The last character does not fit the others; please check each one
bad-uscc-length = A unified social credit code has 18 characters; please check
bad-uscc-character = A character that cannot occur in such a code; please check
bad-uscc-check = The last character does not fit the others; please check
bad-uscc-organisation-check = The organisation code inside does not fit; please check
bad-receipt-required = Please give the receipt number
bad-secret-required = Please give the tracking code or phone
bad-narrative-too-long = Too long; at most 20,000 characters. Please shorten it or send long material as a file; all you wrote is still below
bad-place-code-division = Please write six digits
bad-place-code-taken = This locality is set up already
