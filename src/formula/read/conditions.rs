//! What stands below big signs and in brackets: ranges, conditions, cases.

use std::rc::Rc;

use super::super::tree::{Bounds, Condition, Formula, Range, Relation};
use super::Written;
use super::atoms::numbered;
use super::grammar::{Parser, Read};
use super::token::{Cursor, List, Sign, Token};

impl Parser<'_, '_> {
    /// Below a big sign, and above it: the letters are bound from here on.
    pub(super) fn bounds(&mut self, below: &List, above: Option<&List>) -> Read<Bounds> {
        let mut bounds = Bounds { ranges: Vec::new(), conditions: Vec::new() };
        let mut c = Cursor::new(below);
        if let Some(above) = above {
            let letter = self.binding(&mut c)?;
            c.expect(Sign::Equals)?;
            let range = Range { letter: Rc::clone(&letter), low: self.part(c)?, high: self.whole(above)? };
            bounds.ranges.push(range);
            self.scope.push(letter);
            return Ok(bounds);
        }
        let lines: Vec<Cursor> = match below.tokens.as_slice() {
            [only] if let Token::Stack(lines) = &only.token => lines.iter().map(Cursor::new).collect(),
            _ => vec![c],
        };
        for (place, line) in lines.into_iter().enumerate() {
            if place == 0 && self.names.written == Written::Latex && is_between(&line) {
                self.ranges_between(line, &mut bounds)?;
            } else {
                for part in line.split(Sign::Comma) {
                    self.range_or_condition(part, &mut bounds)?;
                }
            }
        }
        Ok(bounds)
    }

    /// A letter that is bound here.
    fn binding(&mut self, c: &mut Cursor) -> Read<Rc<str>> {
        numbered(c).map(Rc::from).ok_or_else(|| c.unexpected("a letter"))
    }

    /// `i=1..3`, or a condition.
    fn range_or_condition(&mut self, part: Cursor, bounds: &mut Bounds) -> Read<()> {
        let range = part.tokens().iter().position(|s| s.token == Token::Sign(Sign::Range));
        let Some(at) = range else {
            bounds.conditions.push(self.condition(part)?);
            return Ok(());
        };
        let end = part.tokens()[at].at;
        let mut low = Cursor::part(&part.tokens()[..at], end);
        let letter = self.binding(&mut low)?;
        low.expect(Sign::Equals)?;
        let low = self.part(low)?;
        let mut high = part;
        (0..=at).for_each(|_| {
            high.next();
        });
        bounds.ranges.push(Range { letter: Rc::clone(&letter), low, high: self.part(high)? });
        self.scope.push(letter);
        Ok(())
    }

    /// `1 ≤ u,v ≤ 2, 1 ≤ w ≤ 3`
    fn ranges_between(&mut self, mut c: Cursor, bounds: &mut Bounds) -> Read<()> {
        loop {
            let low = self.sum(&mut c)?;
            c.expect(Sign::AtMost)?;
            let mut letters = vec![self.binding(&mut c)?];
            while c.take(Sign::Comma) {
                letters.push(self.binding(&mut c)?);
            }
            c.expect(Sign::AtMost)?;
            let high = self.sum(&mut c)?;
            for letter in letters {
                bounds.ranges.push(Range { letter: Rc::clone(&letter), low: low.clone(), high: high.clone() });
                self.scope.push(letter);
            }
            if !c.take(Sign::Comma) {
                return c.finish();
            }
        }
    }

    /// Conditions with commas between them: all hold.
    pub(super) fn conditions(&mut self, c: Cursor) -> Read<Condition> {
        let mut parts = c.split(Sign::Comma).into_iter().map(|p| self.condition(p)).collect::<Read<Vec<_>>>()?;
        Ok(if parts.len() == 1 { parts.remove(0) } else { Condition::And(parts) })
    }

    /// One condition, or several of which one holds.
    fn condition(&mut self, c: Cursor) -> Read<Condition> {
        let mut parts = c.split(Sign::Or).into_iter().map(|p| self.comparison(p)).collect::<Read<Vec<_>>>()?;
        Ok(if parts.len() == 1 { parts.remove(0) } else { Condition::Or(parts) })
    }

    fn comparison(&mut self, mut c: Cursor) -> Read<Condition> {
        // brackets around conditions, not around one side
        if let ([_], Some(Token::Round(list))) = (c.tokens(), c.peek())
            && list.tokens.iter().any(|s| relation(&s.token).is_some())
        {
            return self.conditions(Cursor::new(list));
        }
        let left = self.sum(&mut c)?;
        let Some(first) = c.peek().and_then(relation) else { return Err(c.unexpected("a comparison")) };
        c.next();
        let middle = self.sum(&mut c)?;
        if c.is_done() {
            return Ok(Condition::Compare(left, first, middle));
        }
        if first == Relation::AtMost && c.take(Sign::AtMost) {
            let right = self.part(c)?;
            return Ok(Condition::Within(left, middle, right));
        }
        Err(c.unexpected("the end of the condition"))
    }

    /// Values with their conditions.
    pub(super) fn cases(&mut self, cases: &[(List, List)]) -> Read<Formula> {
        let read =
            |(value, condition): &(List, List)| Ok((self.whole(value)?, self.conditions(Cursor::new(condition))?));
        Ok(Formula::Cases(cases.iter().map(read).collect::<Read<_>>()?))
    }

    /// `[x = y]` with how ties are shared.
    pub(super) fn shared(&mut self, list: &List) -> Read<[Formula; 2]> {
        let mut c = Cursor::new(list);
        let x = self.sum(&mut c)?;
        c.expect(Sign::Equals)?;
        let y = self.part(c)?;
        Ok([x, y])
    }
}

/// Is this `1 ≤ u,v ≤ 2`, with nothing but letters in the middle?
fn is_between(line: &Cursor) -> bool {
    let parts = line.split(Sign::AtMost);
    let [_, middle, ..] = parts.as_slice() else { return false };
    parts.len() > 2 && middle.split(Sign::Comma).iter_mut().all(|letter| numbered(letter).is_some() && letter.is_done())
}

fn relation(token: &Token) -> Option<Relation> {
    let Token::Sign(sign) = token else { return None };
    [
        (Sign::Equals, Relation::Equals),
        (Sign::Differs, Relation::Differs),
        (Sign::Less, Relation::Less),
        (Sign::AtMost, Relation::AtMost),
        (Sign::Greater, Relation::Greater),
    ]
    .into_iter()
    .find(|(s, _)| s == sign)
    .map(|(_, relation)| relation)
}
