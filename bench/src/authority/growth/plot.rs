// SPDX-License-Identifier: MIT OR Apache-2.0
//! A drawing of it: text that can be read, and compared line by line.

use std::fmt::Write as _;

use super::Point;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 60.0;
const BOTTOM: f64 = 50.0;
/// The bar, in milliseconds.
const BAR: f64 = 0.30;

/// Processor time by the size of the record, which grows by powers of ten.
pub(super) fn drawn(points: &[Point]) -> String {
    let most = points.iter().map(|point| point.processor).fold(BAR, f64::max) * 1.25;
    let decades = points.iter().map(|point| (point.rows as f64).log10()).fold(1.0, f64::max);
    let across = |rows: u64| LEFT + 30.0 + (WIDTH - LEFT - 90.0) * (rows as f64).log10() / decades;
    let up = |value: f64| HEIGHT - BOTTOM - (HEIGHT - BOTTOM - 50.0) * value / most;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>Processor time of a certificate by the size of the record</title>\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n\
         <text x=\"{LEFT}\" y=\"24\" font-size=\"14\">Milliseconds of processor time for a certificate, over HTTPS and durable</text>\n"
    );
    let mut line = |written: std::fmt::Arguments<'_>| {
        // Writing to a String cannot fail.
        let _ = text.write_fmt(written);
        text.push('\n');
    };
    let (floor, right) = (up(0.0), WIDTH - 20.0);
    line(format_args!("<path d=\"M{LEFT} 40V{floor}H{right}\" fill=\"none\" stroke=\"black\"/>"));
    line(format_args!(
        "<path d=\"M{LEFT} {0:.1}H{right}\" stroke=\"#b00\" stroke-dasharray=\"4\"/><text x=\"{1}\" y=\"{0:.1}\" dy=\"-4\" fill=\"#b00\">bar {BAR:.2}</text>",
        up(BAR),
        LEFT + 6.0
    ));
    let path: Vec<String> =
        points.iter().map(|point| format!("{:.1} {:.1}", across(point.rows), up(point.processor))).collect();
    line(format_args!("<path d=\"M{}\" fill=\"none\" stroke=\"#06c\" stroke-width=\"2\"/>", path.join("L")));
    for Point { rows, processor, octets, .. } in points {
        let (x, y) = (across(*rows), up(*processor));
        line(format_args!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"#06c\"/>"));
        line(format_args!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" dy=\"20\" text-anchor=\"middle\">{processor:.3}</text>"
        ));
        line(format_args!("<text x=\"{x:.1}\" y=\"{floor}\" dy=\"18\" text-anchor=\"middle\">{rows}</text>"));
        line(format_args!(
            "<text x=\"{x:.1}\" y=\"{floor}\" dy=\"34\" text-anchor=\"middle\" fill=\"#666\">{octets} octets each</text>"
        ));
    }
    line(format_args!("</svg>"));
    text
}
