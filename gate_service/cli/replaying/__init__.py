"""The parts of `gate replay`, from the rows of a file to a report.

rows      reads the file: one Row for each line, or why a line cannot be used
kinds     says of one row what it is: ordered, cancelled, written off, found, or no stock at all
plan      turns the rows into events in batches; knows which event must wait for which. Pure
waves     packs what is committed into waves. Pure
chance    every decision that is left to chance, as a function of the seed
books     what the replay itself knows of each line, from the gate's answers alone
caller    sends; counts, times, and sends again what is delivered twice
past      what an interrupted run asked already
driver    executes the plan by checkout, warehouse and corrections
closing   audits the ledger and compares it with the books
report    the figures; show: the table
"""
