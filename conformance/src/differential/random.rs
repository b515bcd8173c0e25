// SPDX-License-Identifier: MIT OR Apache-2.0
//! Numbers that a seed decides.

/// SplitMix64 [Steele, Lea and Flood, 2014]: small, and the same on every machine.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// The numbers of one mutant: those of the others do not depend on them.
    pub(crate) fn new(seed: u64, index: u64) -> Self {
        let mut first = Self(seed);
        Self(first.next() ^ index.wrapping_mul(0xd134_2543_de82_ef95))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`; zero when that is zero.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % bound).unwrap_or(0)
    }

    pub(crate) fn octet(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    /// True once in so many times.
    pub(crate) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn pick<'t, T>(&mut self, items: &'t [T]) -> Option<&'t T> {
        items.get(self.below(items.len()))
    }

    /// One of the places of a list, and what stands there.
    pub(crate) fn pick_mut<'t, T>(&mut self, items: &'t mut [T]) -> Option<(usize, &'t mut T)> {
        let at = self.below(items.len());
        items.get_mut(at).map(|item| (at, item))
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            items.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_and_another_gives_others() {
        let numbers = |seed, index| {
            let mut random = Random::new(seed, index);
            [(); 4].map(|()| random.next())
        };
        assert_eq!(numbers(1, 2), numbers(1, 2));
        assert_ne!(numbers(1, 2), numbers(1, 3));
        assert_ne!(numbers(1, 2), numbers(2, 2));
    }

    #[test]
    fn nothing_is_picked_beyond_the_end() {
        let mut random = Random::new(0, 0);
        assert_eq!((random.below(0), random.pick::<u8>(&[])), (0, None));
        assert!((0..1_000).all(|_| random.below(3) < 3));
        let mut shuffled = [1, 2, 3, 4];
        random.shuffle(&mut shuffled);
        shuffled.sort_unstable();
        assert_eq!(shuffled, [1, 2, 3, 4]);
    }
}
