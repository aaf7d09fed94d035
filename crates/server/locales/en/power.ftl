# Power of attorney
power-file = Send the power of attorney
power-file-hint = A photo or a PDF will do; it names the matter, the powers and the term and is signed by the complainant. It can also be sent later from the tracking page.
power-please = Somebody else makes this complaint for you and the power of attorney has not arrived; please send it below.
power-this = What I send is the power of attorney
power-missing = not received
power-ask = ask for it
power-question = Your complaint is made by somebody else for you. Please send the power of attorney, naming the matter, the powers and the term, signed by yourself. Send a photo under the evidence on the tracking page and tick that it is the power of attorney.
file-map = Point at it on the sketch
file-map-hint = Not to scale; point at roughly where it was and the coordinates are filled in below
