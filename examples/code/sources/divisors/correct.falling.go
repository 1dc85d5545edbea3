package main

import (
	"fmt"
	"sort"
)

func main() {
	var n int
	fmt.Scan(&n)
	var found []int
	for i := 1; i*i <= n; i++ {
		if n%i == 0 {
			found = append(found, i)
			if i != n/i {
				found = append(found, n/i)
			}
		}
	}
	sort.Sort(sort.Reverse(sort.IntSlice(found)))
	for _, divisor := range found {
		fmt.Println(divisor)
	}
}
