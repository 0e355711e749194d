//! Names with something below them for good, such as `W_f`: put together again, before what stands below is read as indices.

use super::names::Names;
use super::token::{Face, List, Sign, Spanned, Token};
use super::{Written, spelled};

/// The tokens with every such name as one word.
pub(super) fn joined(list: List, names: &Names<'_>) -> List {
    let inside = |list: List| joined(list, names);
    let all = |lists: Vec<List>| lists.into_iter().map(inside).collect();
    let mut tokens: Vec<Spanned> = Vec::with_capacity(list.tokens.len());
    for Spanned { token, at, spaced } in list.tokens {
        let token = match token {
            Token::Index(list) => Token::Index(inside(list)),
            Token::Sup(list) => Token::Sup(inside(list)),
            Token::Round(list) => Token::Round(inside(list)),
            Token::Square(list) => Token::Square(inside(list)),
            Token::Braced(list) => Token::Braced(inside(list)),
            Token::Root(degree, list) => Token::Root(degree, inside(list)),
            Token::Fraction(above, below) => Token::Fraction(inside(above), inside(below)),
            Token::Stack(lines) => Token::Stack(all(lines)),
            Token::Rows(rows) => Token::Rows(rows.into_iter().map(all).collect()),
            Token::Cases(cases) => Token::Cases(cases.into_iter().map(|(x, y)| (inside(x), inside(y))).collect()),
            Token::Sub(below) => match rest_of_name(&mut tokens, below, names) {
                Some(list) => Token::Sub(inside(list)),
                None => continue,
            },
            token @ (Token::Word(..) | Token::Digits(_) | Token::Decimal(_) | Token::Remark(_) | Token::Sign(_)) => {
                token
            }
        };
        tokens.push(Spanned { token, at, spaced });
    }
    List { tokens, end: list.end }
}

/// What stands below without what belongs to the name before it; nothing if that is all.
fn rest_of_name(before: &mut [Spanned], below: List, names: &Names<'_>) -> Option<List> {
    let raised = matches!(before.last(), Some(Spanned { token: Token::Sup(_), .. }));
    let word = before.iter_mut().nth_back(usize::from(raised)).map(|spanned| &mut spanned.token);
    let (Some(Token::Word(word, Face::Italic | Face::Any)), Some(first)) = (word, below.tokens.first()) else {
        return Some(below);
    };
    let (Token::Word(index, _) | Token::Digits(index)) = &first.token else { return Some(below) };
    let index = spelled(index);
    let base = if names.written == Written::Ascii { spelled(word) } else { word.as_str() };
    let whole = format!("{base}_{index}");
    let ends = below.tokens.get(1).is_none_or(|next| next.token == Token::Sign(Sign::Comma));
    if !ends || !(names.has(&whole, false) || names.has(&whole, true)) {
        return Some(below);
    }
    *word = whole;
    let tokens: Vec<Spanned> = below.tokens.into_iter().skip(2).collect();
    (!tokens.is_empty()).then_some(List { tokens, end: below.end })
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::super::tests::glossary;
    use super::Written;
    use crate::expr::TensorId;
    use crate::formula::name::Level;
    use crate::formula::tree::Formula;

    /// `W_f` is a name, beside which the rest are indices.
    #[test]
    fn names_with_indices() {
        let g = glossary(&[("W_f", &[2, 3]), ("b_out", &[]), ("delta_0", &[2]), ("∇W_f", &[2, 3])], |_| {});
        let tensor = |code: &str| {
            let all = (0..g.len() as u32).map(TensorId);
            all.into_iter().find(|&tensor| g.code(tensor) == code).expect("it is there")
        };
        let entry = |name: &str, offset| Formula::Entry(tensor(name), offset);
        for (written, text, tree) in [
            (Written::Latex, "W_{f,12} = b_{\\mathrm{out}}", entry("W_f", 1)),
            (Written::Latex, "\\nabla W_{f,23} = b_{\\mathrm{out}}", entry("\u{2207}W_f", 5)),
            (Written::Latex, "\\delta_{0,2} = b_{\\mathrm{out}}", entry("delta_0", 1)),
            (Written::Text, "W_f\u{2081}\u{2082} = b_out", entry("W_f", 1)),
            (Written::Ascii, "W_f_12 = b_out", entry("W_f", 1)),
            (Written::Ascii, "delta_0_2 = b_out", entry("delta_0", 1)),
        ] {
            let equation = read(&g, written, text).unwrap_or_else(|e| panic!("{text}: {e}"));
            assert_eq!(equation.left, tree, "{text}");
            assert_eq!(equation.chain, [Formula::Name(tensor("b_out"), Level::None)], "{text}");
        }
    }
}
