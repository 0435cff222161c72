//! Traits, panics, slices and closures of Rust.
use std::collections::BTreeMap;
use std::fmt;

pub trait Shape {
    fn area(&self) -> u64;
    fn name(&self) -> String {
        String::from("shape")
    }
}

pub struct Square(pub u64);

#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    Negative(i64),
    TooLarge { limit: u128 },
    Nothing,
}

impl Shape for Square {
    fn area(&self) -> u64 {
        self.0.checked_mul(self.0).expect("an area")
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?}", self)
    }
}

pub fn total(shapes: &[Box<dyn Shape + Send>]) -> Result<u64, Failure> {
    let sum = shapes.iter().map(|shape| shape.area()).try_fold(0u64, u64::checked_add);
    sum.ok_or(Failure::TooLarge { limit: 1 << 100 })
}

pub fn words(text: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for word in text.split_whitespace() {
        *counts.entry(word.to_lowercase()).or_insert(0) += 1;
    }
    counts
}

pub fn caught(x: i64) -> Result<f32, Failure> {
    let result = std::panic::catch_unwind(|| {
        if x < 0 {
            panic!("{}", Failure::Negative(x));
        }
        (x as f32).sqrt()
    });
    result.map_err(|_| Failure::Nothing)
}

static COUNTER: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);

thread_local! {
    static OWN: std::cell::Cell<u16> = std::cell::Cell::new(7);
}

pub fn next() -> usize {
    OWN.with(|own| own.set(own.get().wrapping_add(1)));
    COUNTER.fetch_add(1, std::sync::atomic::Ordering::AcqRel)
}
