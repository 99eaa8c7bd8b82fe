"""How answers look to people: each function turns a message of the contract into what rich prints."""
