fn main() {
    let sum: i64 = "one and two";
    println!("{}", sum);
}
