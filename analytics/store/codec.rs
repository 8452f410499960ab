//! Numbers and strings in as few bytes as they need: a base, a width, and the distances.

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

/// Takes `count` values off the front; None where the bytes are not what [`write_ints`] wrote.
pub(super) fn read_ints(bytes: &mut &[u8], count: usize) -> Option<Vec<i64>> {
    let (base, rest) = bytes.split_first_chunk::<8>()?;
    let base = i64::from_le_bytes(*base);
    let (width, rest) = rest.split_first()?;
    let (body, rest) = rest.split_at_checked(count.checked_mul(usize::from(*width))?)?;
    *bytes = rest;
    let add = |distance: u64| base.wrapping_add(distance.cast_signed());
    Some(match width {
        0 => vec![base; count],
        1 => body.iter().map(|byte| add(u64::from(*byte))).collect(),
        2 => body
            .as_chunks()
            .0
            .iter()
            .map(|b| add(u64::from(u16::from_le_bytes(*b))))
            .collect(),
        4 => body
            .as_chunks()
            .0
            .iter()
            .map(|b| add(u64::from(u32::from_le_bytes(*b))))
            .collect(),
        8 => body
            .as_chunks()
            .0
            .iter()
            .map(|b| add(u64::from_le_bytes(*b)))
            .collect(),
        _ => return None,
    })
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
