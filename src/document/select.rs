//! A choice of blocks: single equations by name, with a number or without the words around them, for documents that tell the rest
//! themselves.

use std::io;

use super::layout::ROWS_IN_DISPLAY;
use super::{Block, Display, Evaluated, Inlines, Sink};

/// What is kept of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// Displays and figures by name, such as `grad_a.chain`, or by the part before the dot; empty for all blocks.
    pub only: Vec<String>,
    /// A number for the one equation that is chosen.
    pub tag: Option<String>,
    /// Is the comment for readers of the source kept?
    pub header: bool,
    /// Is the title kept?
    pub title: bool,
    /// Are headings kept?
    pub headings: bool,
    /// Labels that are left out, because they stand somewhere already.
    pub taken: Vec<String>,
}

impl Default for Selection {
    fn default() -> Selection {
        Selection { only: Vec::new(), tag: None, header: true, title: true, headings: true, taken: Vec::new() }
    }
}

/// Hands on what a selection keeps, and remembers what it might have kept.
pub struct Selected<'a> {
    selection: &'a Selection,
    sink: &'a mut dyn Sink,
    /// The names that came by, in their order.
    names: Vec<String>,
    /// How many displays and figures were kept.
    kept: usize,
    /// The labels that were handed on.
    labels: Vec<String>,
    /// What stands before the first block that tells something.
    held: Vec<Block>,
    /// Was there such a block?
    begun: bool,
    /// What was said of marks.
    explained: Vec<Inlines>,
    /// A chosen display that may go on, with what was said of its marks.
    gathered: Option<(Display, Vec<Inlines>)>,
    /// How the equations fared that were chosen.
    evaluated: Evaluated,
}

impl<'a> Selected<'a> {
    /// Hands on to `sink`.
    pub fn new(selection: &'a Selection, sink: &'a mut dyn Sink) -> Self {
        Selected {
            selection,
            sink,
            names: Vec::new(),
            kept: 0,
            labels: Vec::new(),
            held: Vec::new(),
            begun: false,
            explained: Vec::new(),
            gathered: None,
            evaluated: Evaluated::default(),
        }
    }

    /// The labels that were handed on, if everything that was asked for came by; else what is wrong, and what to do about it.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn finish(mut self) -> io::Result<Result<Vec<String>, (String, String)>> {
        self.hand_on()?;
        Ok(self.chosen())
    }

    fn chosen(self) -> Result<Vec<String>, (String, String)> {
        if let Some(missing) = self.selection.only.iter().find(|o| !self.names.iter().any(|n| matches(o, n))) {
            let hint = match missing.as_str() {
                "network" => "the picture comes with --part network".to_string(),
                missing if missing.ends_with(".window") => "the picture comes with --part window".to_string(),
                _ => format!("there are {}", self.names.join(", ")),
            };
            return Err((format!("there is no equation `{missing}` in this document"), hint));
        }
        if self.selection.tag.is_some() && self.kept != 1 {
            let message = format!("a tag belongs to one equation, and {} are chosen", self.kept);
            return Err((message, "choose one with --only, such as --only grad_a.operator".to_string()));
        }
        if !self.begun {
            let message = "the parts that were asked for have nothing to tell here".to_string();
            return Err((message, "leave --part out to see what there is".to_string()));
        }
        Ok(self.labels)
    }

    fn named(&mut self, name: &str) -> bool {
        if !name.is_empty() && self.names.last().is_none_or(|n| n != name) {
            self.names.push(name.to_string());
        }
        self.selection.only.is_empty() || self.selection.only.iter().any(|o| matches(o, name))
    }
}

impl Sink for Selected<'_> {
    fn block(&mut self, mut block: Block) -> io::Result<()> {
        let all = self.selection.only.is_empty();
        let mut marks = Vec::new();
        let keep = match &mut block {
            Block::Header { .. } => self.selection.header,
            Block::Closing(evaluated) => {
                if !all {
                    *evaluated = std::mem::take(&mut self.evaluated);
                }
                self.selection.header && *evaluated != Evaluated::default()
            }
            Block::Title(_) => self.selection.title && all,
            Block::Heading(_) | Block::Subheading(_) => self.selection.headings && all,
            Block::Paragraph(_) | Block::Room(_) => all,
            Block::Table(table) => {
                marks = std::mem::take(&mut table.marks);
                let name = std::mem::take(&mut table.name);
                let keep = self.named(&name);
                self.kept += usize::from(keep);
                table.name = name;
                if keep {
                    self.evaluated.add(std::mem::take(&mut table.evaluated));
                }
                keep
            }
            Block::Figure(figure) => {
                let name = std::mem::take(&mut figure.name);
                let keep = self.named(&name);
                self.kept += usize::from(keep);
                figure.name = name;
                keep
            }
            Block::Display(display) => {
                marks = std::mem::take(&mut display.marks);
                let name = std::mem::take(&mut display.name);
                let keep = self.named(&name);
                display.name = name;
                display.tag.clone_from(&self.selection.tag);
                display.label = display.label.take().filter(|l| !self.selection.taken.contains(l));
                if keep {
                    self.labels.extend(display.label.clone());
                    self.evaluated.add(std::mem::take(&mut display.evaluated));
                }
                keep
            }
        };
        if !keep {
            return Ok(());
        }
        // what is told about one thing in several places becomes one display where the words between are left out
        if let Block::Display(display) = &mut block
            && !all
        {
            if let Some((whole, more)) = &mut self.gathered
                && whole.name == display.name
                && whole.label.is_none()
                && display.label.is_none()
                && whole.rows.len() + display.rows.len() <= ROWS_IN_DISPLAY
            {
                whole.rows.append(&mut display.rows);
                more.append(&mut marks);
                return Ok(());
            }
            self.hand_on()?;
            self.kept += 1;
            self.gathered = Some((std::mem::take(display), marks));
            return Ok(());
        }
        self.hand_on()?;
        self.emit(block, marks)
    }
}

impl Selected<'_> {
    /// Hands on the display that was gathered.
    fn hand_on(&mut self) -> io::Result<()> {
        let Some((display, marks)) = self.gathered.take() else { return Ok(()) };
        self.emit(Block::Display(display), marks)
    }

    fn emit(&mut self, block: Block, marks: Vec<Inlines>) -> io::Result<()> {
        if !self.begun {
            if matches!(block, Block::Closing(_)) {
                return Ok(());
            }
            if matches!(block, Block::Header { .. } | Block::Title(_)) {
                self.held.push(block);
                return Ok(());
            }
            self.begun = true;
            for block in std::mem::take(&mut self.held) {
                self.sink.block(block)?;
            }
        }
        self.sink.block(block)?;
        for text in marks {
            if !self.explained.contains(&text) {
                self.explained.push(text.clone());
                self.sink.block(Block::Paragraph(text))?;
            }
        }
        Ok(())
    }
}

/// Is a display called `name` meant by `chosen`?
fn matches(chosen: &str, name: &str) -> bool {
    name.strip_prefix(chosen).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
