//! Divides a module's data between its two halves.

use std::ops::Range;

use walrus::ir::Value;
use walrus::{ConstExpr, DataKind, Module};

use crate::Result;

/// Bytes of zeros between two pieces of data for which no new segment is begun.
const GAP: usize = 8;

/// Keeps of the data what lies in some places, or what does not.
///
/// # Errors
/// A segment without an address of its own.
pub fn keep_data(module: &mut Module, places: &[Range<u32>], inside: bool) -> Result<()> {
    let segments: Vec<_> = module.data.iter().map(|it| it.id()).collect();
    for id in segments {
        let segment = module.data.get(id);
        let DataKind::Active { memory, offset: ConstExpr::Value(Value::I32(start)) } = segment.kind else {
            return Err("A segment of data has no address.".into());
        };
        let start = start as u32;
        let value = segment.value.clone();
        let mut keep = vec![!inside; value.len()];
        for place in places {
            let (from, to) = (place.start.max(start), place.end.min(start + value.len() as u32));
            if from < to {
                keep[(from - start) as usize..(to - start) as usize].fill(inside);
            }
        }
        module.data.delete(id);
        module.memories.get_mut(memory).data_segments.remove(&id);
        for piece in pieces(&value, &keep) {
            let offset = ConstExpr::Value(Value::I32((start + piece.start as u32) as i32));
            let id = module.data.add(DataKind::Active { memory, offset }, value[piece].to_vec());
            module.memories.get_mut(memory).data_segments.insert(id);
        }
    }
    Ok(())
}

/// The stretches to be kept. Zeros are there without being written; a few of anything between two stretches that the
/// other half does not write are no reason for a new one.
fn pieces(value: &[u8], keep: &[bool]) -> Vec<Range<usize>> {
    let mut pieces: Vec<Range<usize>> = Vec::new();
    for at in (0..value.len()).filter(|at| keep[*at] && value[*at] != 0) {
        match pieces.last_mut() {
            Some(last) if at - last.end <= GAP && keep[last.end..at].iter().all(|it| *it) => last.end = at + 1,
            _ => pieces.push(at..at + 1),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_are_not_written_and_small_gaps_are() {
        let mut value = vec![0; 64];
        value[3] = 1;
        value[8] = 1;
        value[40] = 1;
        assert_eq!(pieces(&value, &[true; 64]), [3..9, 40..41]);
        let mut keep = [true; 64];
        keep[5] = false;
        assert_eq!(pieces(&value, &keep), [3..4, 8..9, 40..41]);
    }
}
