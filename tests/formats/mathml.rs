//! A reader of MathML, as far as formulas are written in it.

use roxmltree::{Document, Node as Element};

use crate::tree::{CELL, Node, ROW, bold, sign, signs, word};

/// Reads a `math` element.
pub(crate) fn read(text: &str) -> Result<Vec<Node>, String> {
    let document = Document::parse(text).map_err(|error| format!("MathML: {error} in {text}"))?;
    let children: Vec<_> = document.root_element().children().filter(Element::is_element).collect();
    // equations that are aligned
    if let [table] = children.as_slice()
        && table.attribute("displaystyle") == Some("true")
    {
        return cells(*table);
    }
    inside(document.root_element())
}

/// The children of an element one after the other.
fn inside(element: Element<'_, '_>) -> Result<Vec<Node>, String> {
    let mut list = Vec::new();
    for child in element.children().filter(Element::is_element) {
        list.extend(one(child)?);
    }
    Ok(list)
}

/// As many children as an element has to have.
fn parts<const N: usize>(element: Element<'_, '_>) -> Result<[Vec<Node>; N], String> {
    let parts: Result<Vec<_>, _> = element.children().filter(Element::is_element).map(one).collect();
    parts?.try_into().map_err(|_| format!("MathML: <{}> has not {N} children", element.tag_name().name()))
}

fn one(element: Element<'_, '_>) -> Result<Vec<Node>, String> {
    let text = || element.text().unwrap_or_default();
    let with = |[mut base, script]: [Vec<Node>; 2], place: fn(Vec<Node>) -> Node| {
        base.push(place(script));
        base
    };
    Ok(match element.tag_name().name() {
        "mi" | "mtext" => letters(text()),
        "mn" => signs(text()).collect(),
        "mo" => marks(text()),
        "mspace" | "mphantom" => Vec::new(),
        "mrow" => inside(element)?,
        "mfrac" => {
            let [top, bottom] = parts(element)?;
            vec![Node::Fraction(top, bottom)]
        }
        "msqrt" => vec![Node::Root(vec![sign('2')], inside(element)?)],
        "mroot" => {
            let [inner, degree] = parts(element)?;
            vec![Node::Root(degree, inner)]
        }
        "msub" | "munder" => with(parts(element)?, Node::Sub),
        "msup" | "mover" => with(parts(element)?, Node::Sup),
        "msubsup" | "munderover" => {
            let [base, below, above] = parts(element)?;
            with([with([base, below], Node::Sub), above], Node::Sup)
        }
        "mtable" => vec![Node::Rows(cells(element)?)],
        other => return Err(format!("MathML: <{other}>")),
    })
}

fn cells(table: Element<'_, '_>) -> Result<Vec<Node>, String> {
    let mut list = Vec::new();
    for (place, row) in table.children().filter(Element::is_element).enumerate() {
        list.extend((place > 0).then(|| sign(ROW)));
        for (place, cell) in row.children().filter(Element::is_element).enumerate() {
            list.extend((place > 0).then(|| sign(CELL)));
            list.extend(inside(cell)?);
        }
    }
    Ok(list)
}

/// A name; bold letters have characters of their own.
fn letters(text: &str) -> Vec<Node> {
    let thin = |c: char| {
        let from = |bold: u32, first: char| char::from_u32(u32::from(c) - bold + u32::from(first));
        match u32::from(c) {
            0x1d400..=0x1d419 => from(0x1d400, 'A'),
            0x1d41a..=0x1d433 => from(0x1d41a, 'a'),
            0x1d6a8..=0x1d6c0 => from(0x1d6a8, '\u{391}'),
            0x1d6c2..=0x1d6da => from(0x1d6c2, '\u{3b1}'),
            _ => None,
        }
    };
    let plain: String = text.chars().map(|c| thin(c).unwrap_or(c)).collect();
    if plain == text { word(text) } else { bold(word(&plain)) }
}

/// An operator: what is not seen is left out, and primes are counted.
fn marks(text: &str) -> Vec<Node> {
    let mut list = Vec::new();
    for c in text.chars() {
        match c {
            '\u{2061}'..='\u{2064}' => {}
            '\u{2033}' => list.extend(signs("\u{2032}\u{2032}")),
            '\u{2034}' => list.extend(signs("\u{2032}\u{2032}\u{2032}")),
            _ if text.len() > 1 && text.is_ascii() => return word(text),
            c => list.extend(signs(c.encode_utf8(&mut [0; 4]))),
        }
    }
    list
}
