    return text.count("(") == text.count(")"
