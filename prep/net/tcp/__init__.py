"""TCP as RFC 9293 has it: the states and what moves a connection between them."""
