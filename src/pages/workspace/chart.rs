//! The chart: a column for each hour or day, in it a part for each outcome.

use maud::{Markup, PreEscaped, html};
use plotters::prelude::{
    ChartBuilder, IntoDrawingArea as _, IntoSegmentedCoord as _, RGBColor, Rectangle, SVGBackend,
    SegmentValue,
};
use plotters::style::{Color as _, TRANSPARENT};
use tracing::error;

use super::columns::Column;

const SIZE: (u32, u32) = (1080, 260);

/// The outcomes in the order in which they are stacked, each with its colour. The style sheet has others
/// for a dark screen, which it finds by these.
const OUTCOMES: [(&str, RGBColor); 6] = [
    ("VALID", RGBColor(0x10, 0xa3, 0x7f)),
    ("RATE_LIMITED", RGBColor(0xe0, 0x9f, 0x1f)),
    ("USAGE_EXCEEDED", RGBColor(0xc8, 0x5a, 0x17)),
    ("EXPIRED", RGBColor(0x8b, 0x6f, 0xc9)),
    ("DISABLED", RGBColor(0x6b, 0x7a, 0x8f)),
    ("OTHER", RGBColor(0xc4, 0x38, 0x4a)),
];

const LINES: RGBColor = RGBColor(0xdd, 0xe1, 0xe7);
const LETTERS: RGBColor = RGBColor(0x56, 0x5f, 0x6b);

/// How many columns have their name below them.
const LABELS: usize = 12;

/// How far a column is from its neighbours, at each side.
const GAP: u32 = 3;

/// How many verifications of a column had which outcome. What has no colour of its own is among the last.
fn counts(column: &Column) -> [u64; OUTCOMES.len()] {
    let mut counts = [0; OUTCOMES.len()];
    for (outcome, count) in &column.counts {
        let known = OUTCOMES.iter().position(|(name, _)| name == outcome);
        if let Some(sum) = counts.get_mut(known.unwrap_or(OUTCOMES.len() - 1)) {
            *sum += count;
        }
    }
    counts
}

/// An outcome that the chart shows.
struct Shown {
    name: &'static str,
    colour: RGBColor,
    /// Its number in each column.
    counts: Vec<u64>,
}

/// The outcomes that there were.
fn shown(columns: &[Column]) -> Vec<Shown> {
    let counted: Vec<_> = columns.iter().map(counts).collect();
    let all = OUTCOMES.into_iter().enumerate();
    let all = all.map(|(number, (name, colour))| Shown {
        name,
        colour,
        counts: counted
            .iter()
            .map(|counts| counts.get(number).copied().unwrap_or_default())
            .collect(),
    });
    all.filter(|one| one.counts.iter().any(|count| *count > 0))
        .collect()
}

/// The chart with its key, and the same as a table. `what` says it in a sentence.
pub(super) fn figure(columns: &[Column], what: &str) -> Markup {
    let shown = shown(columns);
    let drawn = draw(columns, &shown).inspect_err(|why| error!(why, "the chart cannot be drawn"));
    html! {
        figure.chart {
            @if let Ok(svg) = drawn {
                div role="img" aria-label=(what) { (PreEscaped(svg)) }
            }
            figcaption {
                ul.key {
                    @for one in &shown {
                        li {
                            svg viewBox="0 0 10 10" aria-hidden="true" {
                                rect width="10" height="10" rx="2" fill=(hex(one.colour)) {}
                            }
                            (one.name) " " strong { (one.counts.iter().sum::<u64>()) }
                        }
                    }
                }
            }
        }
        details {
            summary { "The same as a table" }
            div.scroll tabindex="0" role="region" aria-label="Verifications by time and outcome" {
                (table(columns, &shown))
            }
        }
    }
}

fn table(columns: &[Column], shown: &[Shown]) -> Markup {
    html! {
        table {
            thead {
                tr {
                    th scope="col" { "Time (UTC)" }
                    @for one in shown { th.number scope="col" { (one.name) } }
                }
            }
            tbody {
                @for (number, column) in columns.iter().enumerate().filter(|(_, one)| one.total() > 0) {
                    tr {
                        th scope="row" { (column.label) }
                        @for one in shown {
                            td.number { (one.counts.get(number).copied().unwrap_or_default()) }
                        }
                    }
                }
            }
        }
    }
}

/// The chart as SVG, whose colours are attributes: a style in it would not be allowed.
fn draw(columns: &[Column], shown: &[Shown]) -> Result<String, String> {
    let mut svg = String::new();
    draw_onto(&mut svg, columns, shown).map_err(|error| error.to_string())?;
    Ok(svg)
}

fn draw_onto(
    svg: &mut String,
    columns: &[Column],
    shown: &[Shown],
) -> Result<(), Box<dyn std::error::Error>> {
    // The last segment is a part of what is drawn.
    let last = i32::try_from(columns.len().saturating_sub(1))?;
    let most = columns.iter().map(Column::total).max().unwrap_or(0).max(4);
    let root = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    let mut chart = ChartBuilder::on(&root)
        .margin(6)
        .margin_top(12)
        .x_label_area_size(30)
        .y_label_area_size(52)
        .build_cartesian_2d((0..last).into_segmented(), 0..most + most / 10)?;
    let name = |at: &SegmentValue<i32>| match at {
        SegmentValue::CenterOf(at) => usize::try_from(*at)
            .ok()
            .and_then(|at| columns.get(at))
            .map_or_else(String::new, |column| column.label.clone()),
        _ => String::new(),
    };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(LINES)
        .axis_style(LINES)
        .x_labels(LABELS)
        .y_labels(5)
        .x_label_formatter(&name)
        .label_style(("sans-serif", 15, &LETTERS))
        .draw()?;
    let mut heights = vec![0; columns.len()];
    for one in shown {
        let parts = heights.iter_mut().zip(&one.counts).enumerate();
        let parts = parts.filter_map(|(at, (height, count))| {
            let at = i32::try_from(at).ok().filter(|_| *count > 0)?;
            let bottom = *height;
            *height += count;
            let corners = [
                (SegmentValue::Exact(at), bottom),
                (SegmentValue::Exact(at + 1), *height),
            ];
            let mut part = Rectangle::new(corners, one.colour.filled());
            part.set_margin(0, 0, GAP, GAP);
            Some(part)
        });
        chart.draw_series(parts)?;
    }
    root.present()?;
    Ok(())
}

fn hex(RGBColor(red, green, blue): RGBColor) -> String {
    format!("#{red:02X}{green:02X}{blue:02X}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(label: &str, counts: &[(&str, u64)]) -> Column {
        let counts = counts
            .iter()
            .map(|(name, count)| ((*name).to_owned(), *count));
        Column {
            label: label.to_owned(),
            counts: counts.collect(),
        }
    }

    #[test]
    fn each_outcome_is_a_part_of_its_column_in_its_colour() {
        let columns = [
            column("12:00", &[("VALID", 3), ("EXPIRED", 1), ("FORBIDDEN", 1)]),
            column("13:00", &[]),
            column("14:00", &[("VALID", 1)]),
        ];
        let html = figure(&columns, "five").into_string();
        for (outcome, parts) in [("VALID", 2), ("EXPIRED", 1), ("OTHER", 1), ("DISABLED", 0)] {
            let (_, colour) = OUTCOMES.iter().find(|(name, _)| *name == outcome).unwrap();
            let fill = format!("fill=\"{}\"", hex(*colour));
            let in_key = usize::from(parts > 0);
            assert_eq!(html.matches(&fill).count(), parts + in_key, "{outcome}");
        }
        assert!(html.contains("13:00"), "{html}");
        assert!(
            !html.contains("style="),
            "a page allows no such thing: {html}"
        );
    }

    #[test]
    fn a_chart_of_nothing_is_a_chart() {
        for columns in [&[][..], &[column("12:00", &[])]] {
            assert!(figure(columns, "none").into_string().contains("<svg"));
        }
    }
}
