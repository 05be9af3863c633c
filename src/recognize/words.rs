//! What a large word list tells of single words: Brown cluster, parts of speech, given or family name.
//!
//! The list is part of the model file, as a table of hashes; a word that is not in it may by chance share the hash
//! of one that is (odds of 1 in 400), which the tagger was trained to bear.

use super::bytes::{Broken, Reader, Writer};

/// What is known of a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WordFacts {
    /// Brown cluster, the bit nearest the root first (lowest); 0 when unknown.
    pub cluster: u16,
    /// Bits: 1 noun, 2 verb, 4 adjective, 8 adverb, 16 given name, 32 family name, 64 an official's (a family name by
    /// itself, or a full name), 128 the full name of somebody known for something else.
    pub bits: u8,
}

impl WordFacts {
    #[cfg(feature = "train")]
    /// The bit for given names.
    pub const GIVEN: u8 = 16;
    #[cfg(feature = "train")]
    /// The bit for family names.
    pub const FAMILY: u8 = 32;

    /// The bit for full names of officials, and for family names that everybody takes for an official's.
    pub const WELL_KNOWN: u8 = 64;
    /// The bit for full names of persons who are known, but for no office.
    pub const CELEBRITY: u8 = 128;

    /// The parts of speech alone.
    pub fn parts_of_speech(self) -> u8 {
        self.bits & 15
    }

    /// Whether the word is a given name (bit 1), a family name (bit 2), a well-known official's (bit 4).
    pub fn names(self) -> u8 {
        self.bits >> 4
    }
}

/// Bits of a word's hash that the table keeps.
const HASH_BITS: u32 = 24;

/// A table from words to facts.
#[derive(Clone, Debug, Default)]
pub struct Words {
    hashes: Vec<u32>,
    facts: Vec<WordFacts>,
    /// `buckets[h >> 8]` is the first entry with these upper bits.
    buckets: Vec<u32>,
}

impl Words {
    #[cfg(any(test, feature = "train"))]
    /// A table of words; the same word twice adds up.
    pub fn new<'a>(words: impl Iterator<Item = (&'a str, WordFacts)>) -> Words {
        let mut entries: std::collections::BTreeMap<u32, WordFacts> = std::collections::BTreeMap::new();
        for (word, facts) in words {
            let entry = entries.entry(hash(word)).or_default();
            entry.bits |= facts.bits;
            if entry.cluster == 0 {
                entry.cluster = facts.cluster;
            }
        }
        Words::from_sorted(entries.keys().copied().collect(), entries.values().copied().collect())
    }

    fn from_sorted(hashes: Vec<u32>, facts: Vec<WordFacts>) -> Words {
        let mut buckets = vec![0; (1 << (HASH_BITS - 8)) + 1];
        for &hash in &hashes {
            buckets[(hash >> 8) as usize + 1] += 1;
        }
        for at in 1..buckets.len() {
            buckets[at] += buckets[at - 1];
        }
        Words { hashes, facts, buckets }
    }

    /// What is known of a word, as it is written; all zero when nothing is.
    pub fn facts(&self, word: &str) -> WordFacts {
        self.with_hash(hash(word))
    }

    /// What is known of a full name, its words in lower case.
    pub fn full_name<'a>(&self, words: impl Iterator<Item = &'a str>) -> WordFacts {
        self.with_hash(super::features::hash_words(words) >> (32 - HASH_BITS))
    }

    fn with_hash(&self, hash: u32) -> WordFacts {
        let Some(&end) = self.buckets.get((hash >> 8) as usize + 1) else { return WordFacts::default() };
        let start = self.buckets[(hash >> 8) as usize];
        let range = start as usize..end as usize;
        match self.hashes[range.clone()].iter().position(|&other| other == hash) {
            Some(at) => self.facts[range.start + at],
            None => WordFacts::default(),
        }
    }

    /// Writes the table.
    pub fn write(&self, out: &mut Writer) {
        out.sorted(&self.hashes);
        for facts in &self.facts {
            out.u8(facts.bits);
        }
        for facts in &self.facts {
            out.u8(facts.cluster as u8);
        }
        for facts in &self.facts {
            out.u8((facts.cluster >> 8) as u8);
        }
    }

    /// Reads a table.
    pub fn read(from: &mut Reader) -> Result<Words, Broken> {
        let hashes = from.sorted()?;
        if hashes.last().is_some_and(|&hash| hash >> HASH_BITS > 0) {
            return Err(Broken);
        }
        let mut facts = vec![WordFacts::default(); hashes.len()];
        let [bits, low, high] = [from.bytes(facts.len())?, from.bytes(facts.len())?, from.bytes(facts.len())?];
        for (((entry, bits), low), high) in facts.iter_mut().zip(bits).zip(low).zip(high) {
            *entry = WordFacts { bits: *bits, cluster: u16::from_le_bytes([*low, *high]) };
        }
        Ok(Words::from_sorted(hashes, facts))
    }
}

fn hash(word: &str) -> u32 {
    super::features::hash_str(word) >> (32 - HASH_BITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_are_written_read_and_found() {
        let facts = |cluster, bits| WordFacts { cluster, bits };
        let words = Words::new([("talks", facts(513, 3)), ("Ann", facts(0, 16)), ("Ann", facts(7, 32))].into_iter());
        let mut out = Writer::default();
        words.write(&mut out);
        let words = Words::read(&mut Reader(&out.0)).expect("what was written");
        assert_eq!(words.facts("talks"), facts(513, 3));
        assert_eq!(words.facts("Ann"), facts(7, 48));
        assert_eq!(words.facts("Bob"), WordFacts::default());
        assert_eq!(Words::default().facts("Ann"), WordFacts::default());
    }
}
