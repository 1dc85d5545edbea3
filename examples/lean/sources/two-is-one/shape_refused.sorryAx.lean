  exact sorryAx _ false
