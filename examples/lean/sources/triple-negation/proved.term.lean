  fun h hp => h (fun hn => hn hp)
