import Screen

/// Shows the model on a screen of its size; every model has a frame.
public func render(_ model: Model) -> Frame {
    let plan = model.plan
    var frame = Frame(size: model.size)
    guard !plan.isTooSmall else {
        let needed = "enlarge to \(ScreenPlan.smallest.columns)×\(ScreenPlan.smallest.rows)"
        frame.draw(needed, row: 0, column: 0, width: model.size.columns)
        return frame
    }
    model.drawTitle(on: &frame)
    model.drawNote(on: &frame)
    model.drawScrollbar(on: &frame)
    if let area = plan.readings { model.drawReadings(on: &frame, in: area) }
    if let panel = plan.panel { model.drawPanel(on: &frame, in: panel) }
    model.drawSpanLine(on: &frame)
    model.drawFooter(on: &frame)
    switch model.context {
    case .prompt(.inPage(let page), _): model.drawOpenPage(page, on: &frame)
    case .note, .prompt, .completeQuestion, .capsLockQuestion, .quitQuestion, .adapterQuestion: break
    case .hints(let jump): model.drawHints(jump, on: &frame)
    case .why(let why): model.drawWhy(why, on: &frame)
    case .occurrences(let shown): model.drawOccurrences(shown, on: &frame)
    case .noteList(let list): model.drawNoteList(list, on: &frame)
    case .palette(let list): model.drawPalette(list, on: &frame)
    case .picker(let list): model.drawPicker(list, on: &frame)
    case .help, .guidelines, .legend, .statistics: model.drawOpenPage(model.context, on: &frame)
    case .noteLabels(let selected): model.drawNoteLabels(selected: selected, on: &frame)
    case .attributes(let selected): model.drawAttributes(selected: selected, on: &frame)
    }
    model.drawStatus(on: &frame)
    return frame
}
