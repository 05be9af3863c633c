//! A writer of zip files whose entries are stored, not compressed: all that a folder to download needs, in a few
//! hundred bytes of Wasm, and the same bytes every time.
//!
//! Layout: APPNOTE.TXT 6.3.10, <https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>. No Zip64: below 4 GB
//! and 65,536 entries.

/// 1 January 1980, 00:00, the first moment that a zip file knows.
const TIME_AND_DATE: [u8; 4] = [0, 0, 0x21, 0];

/// Version 2.0 is needed to read it; bit 11: names are UTF-8; method 0: stored.
const VERSION_FLAGS_METHOD: [u8; 6] = [20, 0, 0, 0x08, 0, 0];

/// A zip file being written.
#[derive(Default)]
pub(super) struct Zip {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    n_entries: u16,
}

impl Zip {
    /// Adds a file. No name may come twice, nor be longer than 65,535 bytes.
    pub(super) fn add(&mut self, name: &str, content: &[u8]) {
        let offset = self.bytes.len() as u32;
        let mut common = Vec::with_capacity(26);
        common.extend(VERSION_FLAGS_METHOD);
        common.extend(TIME_AND_DATE);
        common.extend(crc32(content).to_le_bytes());
        common.extend((content.len() as u32).to_le_bytes()); // as stored
        common.extend((content.len() as u32).to_le_bytes()); // as it is
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]); // no extra field

        self.bytes.extend(b"PK\x03\x04");
        self.bytes.extend(&common);
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(content);

        self.directory.extend(b"PK\x01\x02");
        self.directory.extend([20, 3]); // made by version 2.0 for Unix, whose permissions follow
        self.directory.extend(&common);
        self.directory.extend([0; 6]); // no comment, first disk, not marked as text
        self.directory.extend((0o100_644_u32 << 16).to_le_bytes());
        self.directory.extend(offset.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.n_entries += 1;
    }

    /// The whole file.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let start = self.bytes.len() as u32;
        let size = self.directory.len() as u32;
        self.bytes.append(&mut self.directory);
        self.bytes.extend(b"PK\x05\x06");
        self.bytes.extend([0; 4]); // one disk
        self.bytes.extend(self.n_entries.to_le_bytes());
        self.bytes.extend(self.n_entries.to_le_bytes());
        self.bytes.extend(size.to_le_bytes());
        self.bytes.extend(start.to_le_bytes());
        self.bytes.extend([0; 2]); // no comment
        self.bytes
    }
}

/// CRC-32 as in zip, gzip and PNG.
fn crc32(content: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut index = 0;
        while index < 256 {
            let mut value = index as u32;
            let mut bit = 0;
            while bit < 8 {
                value = if value & 1 == 1 { (value >> 1) ^ 0xEDB8_8320 } else { value >> 1 };
                bit += 1;
            }
            table[index] = value;
            index += 1;
        }
        table
    };
    !content.iter().fold(!0, |crc, byte| TABLE[usize::from(crc as u8 ^ byte)] ^ (crc >> 8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_sum_is_that_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(crc32(b""), 0);
    }
}
