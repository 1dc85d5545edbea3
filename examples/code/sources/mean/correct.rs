use std::io::{self, Read};

fn main() {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).unwrap();
    let numbers: Vec<f64> = text.split_whitespace().skip(1).map(|word| word.parse().unwrap()).collect();
    println!("{:.7}", numbers.iter().sum::<f64>() / numbers.len() as f64);
}
