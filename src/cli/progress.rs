//! A line that says that long work goes on. It is shown on terminals only, and only once the work is long.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::load::Progress;

/// How long nothing is shown.
const PATIENCE: Duration = Duration::from_millis(300);

/// So many files are long work, whatever the clock says so far.
const MANY_FILES: usize = 400;

pub(super) struct Spinner {
    begun: Instant,
    enabled: bool,
    bar: Option<ProgressBar>,
    read: usize,
}

impl Spinner {
    pub(super) fn new(enabled: bool) -> Spinner {
        Spinner { begun: Instant::now(), enabled, bar: None, read: 0 }
    }

    pub(super) fn show(&mut self, progress: Progress) {
        if !self.enabled {
            return;
        }
        let text = match progress {
            Progress::Read(files) => {
                self.read = files;
                format!("reading: {files} files")
            }
            Progress::Round(1) => format!("analysing {} files", self.read),
            Progress::Round(_) => "analysing, with more files that were asked for".to_owned(),
        };
        if self.bar.is_none() && (self.begun.elapsed() >= PATIENCE || self.read >= MANY_FILES) {
            let bar = ProgressBar::new_spinner();
            bar.set_style(ProgressStyle::default_spinner());
            bar.enable_steady_tick(Duration::from_millis(120));
            self.bar = Some(bar);
        }
        if let Some(bar) = &self.bar {
            bar.set_message(text);
        }
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
