import Annotation

extension Model {
    var trainAvailability: Availability {
        if let readOnly { return .unavailable(readOnly) }
        guard abilities.contains(.training) else {
            return .unavailable("training needs one model that marks spans and is no adapter")
        }
        switch engine {
        case .ready: return .available
        case .loading: return .unavailable("the model is still being read")
        case .none, .failed: return .unavailable("there is no model to train")
        }
    }

    var stopTrainingAvailability: Availability {
        retraining.isRunning ? .available : .unavailable("no training runs")
    }

    var takeBackAvailability: Availability {
        if let readOnly { return .unavailable(readOnly) }
        return abilities.contains(.training)
            ? .available : .unavailable("there is no model that an adapter could change")
    }

    /// `r`: shows what is offered, says how far the training is, or begins one.
    mutating func retrain() -> [Effect] {
        switch retraining.state {
        case .offered:
            context = .adapterQuestion
            return []
        case .running:
            inform("\(trainingWords ?? ""); \(key("stop-training")) ends it")
            return []
        case .idle: return startTraining()
        }
    }

    /// Begins a training, whatever was offered before.
    mutating func startTraining() -> [Effect] {
        context = .note
        retraining.state = .running(share: 0, secondsLeft: nil)
        retraining.completed = 0
        inform("training on your decisions, beside your work; it asks when it is done")
        return [.train]
    }

    mutating func stopTraining() -> [Effect] {
        retraining.state = .idle
        inform("the training was stopped; nothing has changed")
        return [.stopTraining]
    }

    /// Takes the adapter that is offered.
    mutating func adoptOffered() -> [Effect] {
        context = .note
        guard let offer = retraining.offer else { return [] }
        retraining.adopting = offer
        retraining.state = .idle
        retraining.isChanging = true
        inform("the adapter is being loaded")
        return [.adopt]
    }

    mutating func takeBackAdapter() -> [Effect] {
        retraining.isChanging = true
        inform("going back")
        return [.takeBackAdapter]
    }

    /// Takes news of the training; a question comes up only where nothing else is going on.
    mutating func take(_ news: TrainingNews) -> [Effect] {
        switch news {
        case .progress(let share, let left):
            guard retraining.isRunning else { return [] }
            retraining.state = .running(share: share, secondsLeft: left)
        case .offered(let offer):
            guard retraining.isRunning else { return [] }
            retraining.state = .offered(offer)
            notice = nil
            if context == .note, selection == nil {
                context = .adapterQuestion
            } else {
                inform("an adapter is ready: \(key("retrain")) shows it")
            }
        case .failed(let reason):
            retraining.state = .idle
            refuse(reason)
        case .notAdopted(let reason):
            if let offer = retraining.adopting, retraining.state == .idle { retraining.state = .offered(offer) }
            retraining.adopting = nil
            refuse(reason)
        case .inUse(let version):
            // At the start of a session the title says it.
            if retraining.isChanging {
                inform(
                    version.map { "suggestions come from \($0) now; \(key("take-back-adapter")) undoes it" }
                        ?? "suggestions come from the model as it is")
            }
            retraining.inUse = version
            retraining.isChanging = false
            retraining.adopting = nil
            return requestSuggestions()
        }
        return []
    }

    /// Counts a completed note, and begins a training where enough have come together.
    mutating func countCompleted() -> [Effect] {
        retraining.completed += 1
        guard let every = retraining.every, retraining.completed >= every, retraining.state == .idle,
            trainAvailability.isAvailable
        else { return [] }
        let kept = notice
        let effects = startTraining()
        notice = kept ?? notice
        return effects
    }

    /// How far the training is, for the title.
    var trainingWords: String? {
        switch retraining.state {
        case .idle: return nil
        case .offered: return "adapter ready: \(key("retrain"))"
        case .running(let share, let left):
            return "training \(share.percent)\(left.map { timeLeft($0, share) } ?? "")"
        }
    }

    private func timeLeft(_ seconds: Double, _ share: Double) -> String {
        guard seconds.isFinite, seconds >= 0, share > 0 else { return "" }
        return seconds < 90 ? ", \(Int(seconds.rounded())) s left" : ", \(Int((seconds / 60).rounded(.up))) min left"
    }
}
