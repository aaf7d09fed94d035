# The leniency list
lines-filter = Type a few words to find a matter
leniency-basis = On: { $basis }; published in: { $source }
hint-leniency-propose = For a leniency ground choose a line of the list and tick the conditions that verification has shown to hold; all of them must.
bad-leniency-ground = This line is of the other ground; choose one that fits the ground
bad-leniency-condition = Not all conditions of this line hold, so it cannot be claimed; tick what was verified, or choose another ground
leniency-minor = Minor
leniency-first = First offence
