/** Repeated sampling from servers of language models, into a file of candidates. */
