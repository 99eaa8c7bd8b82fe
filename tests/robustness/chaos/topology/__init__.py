"""The kinds of store a site can stand on, and what each of them promises."""
