// SPDX-License-Identifier: MIT OR Apache-2.0
//! Distinguished names written otherwise (RFC 5280 §7.1), or in the wrong place.

use x509::der::{Reader, Tag, Writer};

use crate::differential::hierarchy::Hierarchy;
use crate::differential::keyring::Keyring;
use crate::differential::random::Random;

/// An attribute: its type as it is written, its value's tag, and its value.
type Attribute = (Vec<u8>, Tag, Vec<u8>);

/// The issuer or the subject of one certificate, written otherwise: the same name to a careful reader, or another.
pub(super) fn rewrite(hierarchy: &mut Hierarchy, random: &mut Random, _: &Keyring) -> Option<String> {
    let (place, draft) = random.pick_mut(&mut hierarchy.drafts)?;
    let (field, name) =
        if random.one_in(3) { (&mut draft.subject, "subject") } else { (&mut draft.issuer, "issuer") };
    let mut sets = read(field)?;
    let words = change(&mut sets, random)?;
    *field = write(&sets);
    Some(format!("{name} of certificate {place}: {words}"))
}

fn change(sets: &mut Vec<Vec<Attribute>>, random: &mut Random) -> Option<&'static str> {
    match random.below(11) {
        0 => {
            sets.clear();
            return Some("empty");
        }
        1 => {
            sets.reverse();
            return Some("its parts in the opposite order");
        }
        2 => {
            sets.pop()?;
            return Some("its last part left out");
        }
        3 => {
            let last = sets.pop()?;
            sets.last_mut()?.extend(last);
            return Some("its last two parts in one");
        }
        _ => {}
    }
    let (_, set) = random.pick_mut(sets)?;
    let (_, (_, tag, value)) = random.pick_mut(set)?;
    Some(match random.below(8) {
        0 | 1 => {
            value.iter_mut().for_each(|octet| *octet ^= if octet.is_ascii_alphabetic() { 0x20 } else { 0 });
            "its case turned round"
        }
        2 | 3 => {
            *tag = if *tag == Tag::UTF8_STRING { Tag::PRINTABLE_STRING } else { Tag::UTF8_STRING };
            "of another type of string"
        }
        4 => {
            value.insert(0, b' ');
            value.push(b' ');
            "with spaces around it"
        }
        5 => {
            let inner = value.iter().position(|octet| *octet == b' ')?;
            value.insert(inner, b' ');
            "with two spaces for one"
        }
        6 => {
            *tag = *random.pick(&[Tag::TELETEX_STRING, Tag::BMP_STRING, Tag::IA5_STRING, Tag::INTEGER])?;
            "of a type it should not have"
        }
        _ => {
            value.push(b'x');
            "one letter longer"
        }
    })
}

/// The subject of one certificate in the place of another's subject or issuer.
pub(super) fn misplace(hierarchy: &mut Hierarchy, random: &mut Random, _: &Keyring) -> Option<String> {
    let (from, other) = random.pick_mut(&mut hierarchy.drafts)?;
    let subject = other.subject.clone();
    let (place, draft) = random.pick_mut(&mut hierarchy.drafts)?;
    let is_issuer = random.one_in(2);
    *(if is_issuer { &mut draft.issuer } else { &mut draft.subject }) = subject;
    let field = if is_issuer { "issuer" } else { "subject" };
    Some(format!("the subject of certificate {from} is the {field} of certificate {place}"))
}

fn read(name: &[u8]) -> Option<Vec<Vec<Attribute>>> {
    let mut sets = Vec::new();
    let mut sequence = Reader::new(name).sequence().ok()?;
    while !sequence.is_empty() {
        let mut members = sequence.expect(Tag::SET).ok()?.reader();
        let mut set = Vec::new();
        while !members.is_empty() {
            let mut attribute = members.sequence().ok()?;
            let oid = attribute.element().ok()?.raw.to_vec();
            let value = attribute.element().ok()?;
            set.push((oid, value.tag, value.content.to_vec()));
        }
        sets.push(set);
    }
    Some(sets)
}

fn write(sets: &[Vec<Attribute>]) -> Vec<u8> {
    let attribute = |(oid, tag, value): &Attribute| {
        Writer::build(|writer| {
            writer.sequence(|attribute| {
                attribute.raw(oid);
                attribute.element(*tag, value);
            });
        })
    };
    Writer::build(|writer| {
        writer.sequence(|name| sets.iter().for_each(|set| name.set_of(set.iter().map(attribute).collect())));
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use x509::Name;
    use x509::name::NameBuilder;

    #[test]
    fn a_name_is_taken_apart_and_put_together_again() {
        let name = NameBuilder::new().organization("A b").unwrap().common_name("c").unwrap().build();
        assert_eq!(write(&read(&name).unwrap()), name);
        let mut random = Random::new(3, 3);
        for _ in 0..200 {
            let mut sets = read(&name).unwrap();
            if change(&mut sets, &mut random).is_some() {
                let der = write(&sets);
                assert!(read(&der).is_some());
                assert_ne!(Name::read(&mut Reader::new(&der)).map(|other| other.raw() == name), Ok(true));
            }
        }
    }
}
