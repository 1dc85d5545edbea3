  exact congrArg f h
