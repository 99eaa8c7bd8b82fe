"""The parts of `gate replay`, from the rows of a file to a report.

rows        reads the file: one Row for each line, or why a line cannot be used
kinds       says of one row what it is: ordered, cancelled, written off, found, or no stock at all
plan        turns the rows into events in batches; knows which event must wait for which. Pure
waves       packs what is committed into waves. Pure
chance      every decision that is left to chance, as a function of the seed
books       what the replay itself knows of each line, from the gate's answers alone
telling     one event as it is told to the gate
numbers     the number of each event in the feed of its system
feed        tells events: at once, twice, in the wrong order, or late
caller      sends; counts, times, and sends again what is delivered twice
past        what an interrupted run told already
driver      executes the plan by checkout, warehouse, cancelling and corrections
adding_up   compares what the gate says of all that arrived with its ledger and with what was sent
clean       compares the stock with that of the same history without disturbance
closing     audits the ledger and compares it with the books
report      the figures, and with arrivals what came of each feed; show and show_arrivals: the tables
"""
