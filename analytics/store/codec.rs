//! Numbers and strings in as few bytes as they need: a base, a width, and the distances.

use std::ops::Range;

/// Appends `values`.
pub(super) fn write_ints(values: &[i64], bytes: &mut Vec<u8>) {
    let base = values.iter().copied().min().unwrap_or(0);
    let distance = |value: &i64| value.wrapping_sub(base).cast_unsigned();
    let width = match values.iter().map(distance).max().unwrap_or(0) {
        0 => 0,
        1..=0xFF => 1,
        0x100..=0xFFFF => 2,
        0x1_0000..=0xFFFF_FFFF => 4,
        _ => 8,
    };
    bytes.extend_from_slice(&base.to_le_bytes());
    bytes.push(width);
    for value in values {
        let distance = distance(value).to_le_bytes();
        bytes.extend_from_slice(distance.get(..usize::from(width)).unwrap_or_default());
    }
}

/// Packed numbers: any of them can be had without those before it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ints<'a> {
    base: i64,
    width: usize,
    body: &'a [u8],
}

impl<'a> Ints<'a> {
    /// Takes `count` values off the front; None where the bytes are not what [`write_ints`] wrote.
    pub(super) fn split(bytes: &mut &'a [u8], count: usize) -> Option<Self> {
        let (base, rest) = bytes.split_first_chunk::<8>()?;
        let (width, rest) = rest.split_first()?;
        if ![0, 1, 2, 4, 8].contains(width) {
            return None;
        }
        let width = usize::from(*width);
        let (body, rest) = rest.split_at_checked(count.checked_mul(width)?)?;
        *bytes = rest;
        Some(Self {
            base: i64::from_le_bytes(*base),
            width,
            body,
        })
    }

    /// The values in `range`, which must not go beyond the last.
    pub(super) fn read(&self, range: Range<usize>) -> Vec<i64> {
        let places = range.start * self.width..range.end * self.width;
        let body = self.body.get(places).unwrap_or_default();
        let add = |distance: u64| self.base.wrapping_add(distance.cast_signed());
        match self.width {
            0 => vec![self.base; range.len()],
            1 => body.iter().map(|byte| add(u64::from(*byte))).collect(),
            2 => unpack(body, |bytes| add(u64::from(u16::from_le_bytes(bytes)))),
            4 => unpack(body, |bytes| add(u64::from(u32::from_le_bytes(bytes)))),
            _ => unpack(body, |bytes| add(u64::from_le_bytes(bytes))),
        }
    }

    /// Of `count` values in order, how many at the front are `early`.
    pub(super) fn partition_point(&self, count: usize, early: impl Fn(i64) -> bool) -> usize {
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low.midpoint(high);
            if self
                .read(middle..middle + 1)
                .first()
                .is_some_and(|value| early(*value))
            {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

fn unpack<const WIDTH: usize>(body: &[u8], value: impl Fn([u8; WIDTH]) -> i64) -> Vec<i64> {
    let (chunks, _) = body.as_chunks();
    chunks.iter().map(|bytes| value(*bytes)).collect()
}

/// Takes `count` values off the front; None where the bytes are not what [`write_ints`] wrote.
pub(super) fn read_ints(bytes: &mut &[u8], count: usize) -> Option<Vec<i64>> {
    Some(Ints::split(bytes, count)?.read(0..count))
}

/// Numbers as their bits, or as whole numbers where all are.
pub(super) fn write_floats(values: &[f64]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let whole: Option<Vec<i64>> = values
        .iter()
        .map(|value| {
            let whole = crate::column::float_to_int(*value);
            let exact = value.fract() == 0.0 && value.abs() < 1e15 && value.is_sign_positive();
            exact.then_some(whole)
        })
        .collect();
    if let Some(whole) = whole {
        bytes.push(0);
        write_ints(&whole, &mut bytes);
    } else {
        bytes.push(1);
        let bits: Vec<_> = values
            .iter()
            .map(|value| value.to_bits().cast_signed())
            .collect();
        write_ints(&bits, &mut bytes);
    }
    bytes
}

/// What [`write_floats`] wrote.
pub(super) fn read_floats(bytes: &[u8], count: usize) -> Option<Vec<f64>> {
    let (kind, mut rest) = bytes.split_first()?;
    let values = read_ints(&mut rest, count)?;
    Some(match kind {
        0 => values
            .into_iter()
            .map(|value| crate::column::int_to_float(value, &crate::types::Type::I64))
            .collect(),
        _ => values
            .into_iter()
            .map(|bits| f64::from_bits(bits.cast_unsigned()))
            .collect(),
    })
}

/// Strings: their lengths, then their bytes.
pub(super) fn write_texts(texts: &[String]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let lengths: Vec<_> = texts
        .iter()
        .map(|text| i64::try_from(text.len()).unwrap_or(0))
        .collect();
    write_ints(&lengths, &mut bytes);
    for text in texts {
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes
}

/// What [`write_texts`] wrote.
pub(super) fn read_texts(mut bytes: &[u8], count: usize) -> Option<Vec<&str>> {
    let lengths = read_ints(&mut bytes, count)?;
    let mut texts = Vec::with_capacity(count);
    for length in lengths {
        let (text, rest) = bytes.split_at_checked(usize::try_from(length).ok()?)?;
        texts.push(std::str::from_utf8(text).ok()?);
        bytes = rest;
    }
    Some(texts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ints_survive(values: &[i64]) {
        let mut bytes = Vec::new();
        write_ints(values, &mut bytes);
        assert_eq!(
            read_ints(&mut bytes.as_slice(), values.len()).as_deref(),
            Some(values)
        );
    }

    #[test]
    fn numbers_survive_in_every_width() {
        ints_survive(&[]);
        ints_survive(&[7, 7, 7]);
        ints_survive(&[-1, 254]);
        ints_survive(&[1_000_000, 1_065_535]);
        ints_survive(&[0, i64::from(u32::MAX)]);
        ints_survive(&[i64::MIN, 0, i64::MAX]);
        for values in [
            vec![1.0, 250.0],
            vec![0.5, -0.0, f64::INFINITY],
            vec![1e300],
        ] {
            assert_eq!(
                read_floats(&write_floats(&values), values.len()),
                Some(values)
            );
        }
    }

    #[test]
    fn any_numbers_can_be_had_without_the_others() {
        for values in [[3, 3, 3, 3, 3], [-4, 0, 1, 7, 9], [-4, 0, 1, 700, 1 << 40]] {
            let mut bytes = Vec::new();
            write_ints(&values, &mut bytes);
            let ints = Ints::split(&mut bytes.as_slice(), 5).unwrap();
            assert_eq!(ints.read(1..4), values[1..4]);
            assert!(ints.read(5..5).is_empty());
            for bound in [-5, 0, 3, 8, 1 << 50] {
                let early = |value: i64| value < bound;
                let expected = values.partition_point(|value| early(*value));
                assert_eq!(ints.partition_point(5, early), expected);
            }
        }
    }

    #[test]
    fn equal_numbers_take_no_room() {
        let mut bytes = Vec::new();
        write_ints(&[5; 1000], &mut bytes);
        assert_eq!(bytes.len(), 9);
    }

    #[test]
    fn strings_survive_and_broken_bytes_are_refused() {
        let texts = ["", "req_1", "π"].map(str::to_owned);
        let bytes = write_texts(&texts);
        assert_eq!(read_texts(&bytes, 3), Some(vec!["", "req_1", "π"]));
        assert_eq!(read_texts(bytes.get(..bytes.len() - 1).unwrap(), 3), None);
        assert_eq!(read_ints(&mut [1_u8; 4].as_slice(), 1), None);
    }
}
