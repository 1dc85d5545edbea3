  exact ‮rfl
