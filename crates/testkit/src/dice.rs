//! Numbers that look random, for tests that try many cases.
//! Must not be used for secrets; a seed makes the same numbers on every machine.
//! Made-up programmes are `seed`.

/// Throws numbers, one after another (xorshift).
pub struct Dice(u64);

impl Dice {
    /// Dice that throw the same numbers for the same seed, which is not 0: after that nothing but 0 would come.
    pub fn of(seed: u64) -> Self {
        assert_ne!(seed, 0, "a seed that throws numbers");
        Self(seed)
    }

    /// Dice that throw other numbers each time.
    pub fn random() -> Self {
        let random = auth::digest(auth::random_token().unwrap_or_else(|e| panic!("randomness: {e}")).as_bytes());
        Self::of(u64::from_str_radix(&random[..16], 16).unwrap_or_else(|e| panic!("a number: {e}")).max(1))
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap_or_else(|e| panic!("a small number: {e}"))
    }
}
