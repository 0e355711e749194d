//! What is being done, on stderr, for somebody who waits at a terminal; gone when it is done, and silent where nobody looks.

use std::io::{self, IsTerminal};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::derivation::Stage;

/// What is done sooner needs no word.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often the sign turns.
const TURN: Duration = Duration::from_millis(100);

/// A line on stderr that is shown after a while, and cleared when this is dropped.
pub(super) struct Progress {
    bar: ProgressBar,
    /// The thread that shows it, and what tells it that there is no need to.
    waiting: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Progress {
    /// Of work whose length is not known.
    pub(super) fn spinner() -> Progress {
        Progress::new(ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()), "{spinner} {msg}")
    }

    /// Of so many directives.
    pub(super) fn counted(count: usize) -> Progress {
        let bar = ProgressBar::with_draw_target(u64::try_from(count).ok(), ProgressDrawTarget::hidden());
        Progress::new(bar, "[{bar:30}] {pos} of {len} directives")
    }

    fn new(bar: ProgressBar, template: &str) -> Progress {
        // no colours: there is no need to ask who wants them
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner());
        bar.set_style(style.progress_chars("=> ").tick_chars("|/-\\ "));
        let waiting = io::stderr().is_terminal().then(|| {
            let (sender, done) = mpsc::channel::<()>();
            let shown = bar.clone();
            let wait = move || {
                if done.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                    shown.set_draw_target(ProgressDrawTarget::stderr());
                    shown.enable_steady_tick(TURN);
                }
            };
            (sender, thread::spawn(wait))
        });
        Progress { bar, waiting }
    }

    /// A derivation has begun something.
    pub(super) fn stage(&self, stage: Stage) {
        self.say(match stage {
            Stage::Expanding => "writing the equations out",
            Stage::Differentiating => "differentiating",
            Stage::Recognising => "recognising operators",
            Stage::Checking => "checking every equation",
            Stage::Surroundings => "deriving what surrounds the layer",
        });
    }

    /// Says what is being done.
    pub(super) fn say(&self, words: &'static str) {
        self.bar.set_message(words);
    }

    /// What counts on, from any thread.
    pub(super) fn counter(&self) -> ProgressBar {
        self.bar.clone()
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.waiting.take() {
            drop(sender);
            // it does nothing that can fail but to draw
            let _ = thread.join();
        }
        self.bar.finish_and_clear();
    }
}
