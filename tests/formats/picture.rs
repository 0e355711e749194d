//! The letters of a picture: what SVG sets as texts is what TikZ sets as formulas.

use roxmltree::{Document, Node as Element};

use crate::latex;
use crate::tree::{Node, ONES, common, line};

/// The labels of a picture in SVG, in any order.
pub(crate) fn in_svg(text: &str) -> Result<Vec<String>, String> {
    let document = Document::parse(text).map_err(|error| format!("SVG: {error}"))?;
    let texts = document.descendants().filter(|node| node.has_tag_name("text"));
    let mut list: Vec<String> = texts.map(label).collect();
    list.sort();
    Ok(list)
}

/// The labels of a picture in TikZ, in any order.
pub(crate) fn in_tikz(text: &str) -> Result<Vec<String>, String> {
    let nodes = text.split(" {$").skip(1).filter_map(|rest| rest.split_once("$};")).map(|(label, _)| label);
    let lines: Result<Vec<String>, String> =
        nodes.map(|label| Ok(flat(&line(&in_words(latex::read(label)?))))).collect();
    let mut list = lines?;
    list.sort();
    Ok(list)
}

/// How far below the line a text stands, in tenths.
fn label(text: Element<'_, '_>) -> String {
    let mut below = 0;
    let mut list: Vec<Node> = Vec::new();
    for child in text.children() {
        let dy = child.attribute("dy").map_or(0.0, |dy| dy.parse::<f64>().expect("a length is a number"));
        below += (dy * 10.0).round() as i64;
        let words = if child.is_text() { child.text() } else { child.first_child().and_then(|inner| inner.text()) };
        let parts =
            words.unwrap_or_default().chars().filter(|c| *c != '\u{200b}').map(|c| Node::Sign(common(c).to_string()));
        match below {
            0 => list.extend(parts),
            1.. => list.push(Node::Sub(parts.collect())),
            _ => list.push(Node::Sup(parts.collect())),
        }
    }
    flat(&line(&list))
}

/// What is 1 where a condition holds, as a picture has it: the word for the rule, if there is one, and the condition.
fn in_words(list: Vec<Node>) -> Vec<Node> {
    let mut out: Vec<Node> = Vec::new();
    let mut indicator = false;
    for node in list {
        if node == Node::Sign(ONES.to_string()) {
            indicator = true;
        } else if let (true, Node::Sub(condition)) = (indicator, &node) {
            if let Some(Node::Sup(word)) = out.pop_if(|last| matches!(last, Node::Sup(_))) {
                out.extend(word);
            }
            out.extend(condition.iter().cloned());
            indicator = false;
        } else {
            out.push(node);
        }
    }
    out
}

/// Pieces at one height together, no blanks and no dots between factors; a fraction is in one line.
fn flat(line: &str) -> String {
    let text: String = line.split_whitespace().filter(|sign| *sign != "\u{22c5}").collect();
    let mut parts = text.split("fraction{");
    let mut out = parts.next().unwrap_or_default().to_string();
    for part in parts {
        out.push_str(&part.replacen("}{", "/", 1).replacen('}', "", 1));
    }
    out.replace("}_{", "").replace("}^{", "")
}
