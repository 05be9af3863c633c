//! Reads and writes the numbers of the model file; knows nothing of what they mean.

/// The bytes are not those of a model that this version reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken;

/// Takes numbers from the front of some bytes.
#[derive(Debug)]
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// One byte.
    pub fn u8(&mut self) -> Result<u8, Broken> {
        let (&first, rest) = self.0.split_first().ok_or(Broken)?;
        self.0 = rest;
        Ok(first)
    }

    /// So many bytes.
    pub fn bytes(&mut self, count: usize) -> Result<&'a [u8], Broken> {
        let (first, rest) = self.0.split_at_checked(count).ok_or(Broken)?;
        self.0 = rest;
        Ok(first)
    }

    /// A number in groups of seven bits, the lowest first.
    pub fn number(&mut self) -> Result<u32, Broken> {
        let mut number = 0;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.u8()?;
            number |= u32::from(byte & 127).checked_shl(shift).ok_or(Broken)?;
            if byte < 128 {
                return Ok(number);
            }
        }
        Err(Broken)
    }

    /// A 32-bit float.
    pub fn f32(&mut self) -> Result<f32, Broken> {
        let bytes = [self.u8()?, self.u8()?, self.u8()?, self.u8()?];
        Ok(f32::from_le_bytes(bytes))
    }

    /// Ascending numbers.
    pub fn sorted(&mut self) -> Result<Vec<u32>, Broken> {
        let count = self.number()? as usize;
        // Each takes a byte at least, so that a broken count cannot ask for much memory.
        if count > self.0.len() {
            return Err(Broken);
        }
        let mut last = 0u32;
        let mut numbers = Vec::with_capacity(count);
        for _ in 0..count {
            last = last.checked_add(self.number()?).ok_or(Broken)?;
            numbers.push(last);
        }
        Ok(numbers)
    }
}

/// Appends numbers to bytes.
#[derive(Debug, Default)]
pub struct Writer(pub Vec<u8>);

impl Writer {
    /// One byte.
    pub fn u8(&mut self, byte: u8) {
        self.0.push(byte);
    }

    /// A number in groups of seven bits, the lowest first.
    pub fn number(&mut self, mut number: u32) {
        while number >= 128 {
            self.0.push(number as u8 | 128);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// A 32-bit float.
    pub fn f32(&mut self, number: f32) {
        self.0.extend(number.to_le_bytes());
    }

    /// Ascending numbers.
    pub fn sorted(&mut self, numbers: &[u32]) {
        self.number(numbers.len() as u32);
        let mut last = 0;
        for &number in numbers {
            self.number(number - last);
            last = number;
        }
    }
}
