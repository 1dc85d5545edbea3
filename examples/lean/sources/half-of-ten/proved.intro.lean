Exists.intro 5 rfl
