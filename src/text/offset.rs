//! Offsets as types: one for each unit, so that the compiler finds every missing conversion.

/// An offset in UTF-8 bytes from the start of the article's text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteOffset(pub u32);

/// An offset in UTF-16 code units: what the DOM (`Range`, `Selection`) counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Utf16Offset(pub u32);

/// An offset in Unicode code points: what brat, Python and most annotation files count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CharOffset(pub u32);

impl ByteOffset {
    /// The offset as an index into a string slice.
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// An index into a string as an offset.
    ///
    /// # Panics
    /// Above `u32::MAX`, which no text reaches: `ingest` refuses articles long before.
    pub fn from_index(index: usize) -> Self {
        Self(u32::try_from(index).expect("texts are shorter than 4 GiB"))
    }
}
