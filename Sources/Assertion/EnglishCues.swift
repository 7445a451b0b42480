/// The cues of English notes, in what clinicians write: full words, telegraphic style, abbreviations.
///
/// Written for chartmark and tuned on the first half of the NegEx test kit's sentences; what the classes of phrases are, is in
/// Chapman et al. 2001, Harkema et al. 2009, and for the values that these do not have in Uzuner et al. 2011.
enum EnglishCues {
    static let all: [Cue] = certainty + time + person + pseudo + terminators

    /// How far back a cue after the finding reaches: "nausea, vomiting and abdominal pain have now resolved".
    private static let clause = 10
    /// Of a cue that speaks of the nearest thing only: "dyspnoea at rest, chest pain on exertion".
    private static let phrase = 4

    private static func before(_ value: AssertionValue, _ phrases: String) -> [Cue] {
        cues(phrases, .before(value))
    }

    private static func after(_ value: AssertionValue, reach: Int = clause, _ phrases: String) -> [Cue] {
        cues(phrases, .after(value, reach: reach))
    }

    /// One cue a line or between bars.
    private static func cues(_ phrases: String, _ role: Cue.Role) -> [Cue] {
        phrases.split { $0 == "|" || $0 == "\n" }.map(String.init).map { Cue($0, role) }.filter { !$0.words.isEmpty }
    }

    // MARK: Is it there?

    private static let certainty: [Cue] =
        before(
            .absent,
            """
            no|not|non|without|w/o|denies|denied|deny|denying|denial of|nor|neither|never|never had|none of
            no evidence of|no _ evidence of|no evidence for|no evidence to suggest|no evidence that|not evident
            no sign of|no signs of|no _ signs of|no signs or symptoms of|no symptoms of|no indication of
            no history of|no _ history of|no known history of|no prior history of|no previous history of|no past history of
            no h/o|no hx of|no hx|no complaints of|no complaint of|no complaints|no report of|no reports of|no mention of
            no suspicious|no suggestion of|no suspicion of|no suspicion for|no concern for|no concerns for
            no features of|no findings of|no findings to suggest|no further|no longer|no more|no longer has|no longer have
            does not have|do not have|did not have|has not had|have not had|had not had|doesn't have|don't have|didn't have
            does not|do not|did not|has not|have not|had not|is not|are not|was not|were not|isn't|aren't|wasn't|weren't
            doesn't|don't|didn't|hasn't|haven't|hadn't|cannot see|can't see|could not see|unable to see
            not have|not had|not appear to have|not known to have|not demonstrate|not show|not reveal|not suggest
            not consistent with|not compatible with|not typical for|not typical of|not diagnostic of|not indicative of
            not associated with|not complain of|not complaining of|not support|not support a diagnosis of
            fails to reveal|failed to reveal|fails to show|failed to show|fails to demonstrate|failed to demonstrate
            absence of|absent|lack of|lacks|lacking|free of|free from|clear of|negative for|negative|neg for|neg
            without evidence of|without any evidence of|without sign of|without signs of|without any|without complaint of
            without indication of|with no|with no evidence of|rules out|ruled out|ruled her out for|ruled him out for
            ruled the patient out for|ruled out for|excludes|excluded|exclusion of|rather than|instead of|as opposed to
            resolution of|resolved|resolved without|unremarkable for|nonsignificant for|non-significant for
            nil|nil evidence of|∅
            """)
        + after(
            .absent,
            """
            is ruled out|was ruled out|were ruled out|are ruled out|has been ruled out|have been ruled out|been ruled out
            ruled out|is excluded|was excluded|are excluded|were excluded|has been excluded|have been excluded
            is absent|are absent|was absent|were absent|is negative|are negative|was negative|were negative|neg|negative
            is not present|are not present|was not present|were not present|not present|not seen|is not seen|are not seen
            not identified|not detected|not found|not demonstrated|not visualized|not visualised|not appreciated|not evident
            not noted|not observed|not apparent|not palpable|not palpated|not reported|not suspected|not detectable
            is denied|was denied|are denied|were denied|denied by|: denied|: denies|: none|: negative|: neg|: nil|: absent
            - none|- negative|- denied|- denies|- absent|- nil|= none|, none|, denied
            has resolved|have resolved|had resolved|resolved|is resolved|was resolved|resolving completely|now resolved
            has cleared|have cleared|had cleared|has subsided|have subsided|subsided|has disappeared|disappeared|has gone
            is gone|are gone|went away|is now gone|no longer present|is no longer|are no longer|can be excluded|free
            """)
        + before(
            .possible,
            """
            possible|possibly|probable|probably|presumed|presumptive|presumably|likely|suspected|suspect|suspects
            suspicious for|suspicion of|suspicion for|suspicious of|concerning for|concern for|concerns for|worrisome for
            worried about|concerned about|concerned for|question of|questionable|?|query|equivocal for|equivocal
            may be|may have|may represent|may reflect|may indicate|may suggest|might be|might have|could be|could have
            could represent|could reflect|cannot exclude|could not exclude|could not rule out|can not exclude|can't exclude|cannot rule out|can not rule out
            can't rule out|cannot be excluded|unable to exclude|unable to rule out|not able to exclude|not excluded
            has not been ruled out|not ruled out|not rule out|does not exclude|do not exclude|does not rule out
            rule out|r/o|to rule out|evaluate for|evaluation for|assess for|to assess for|to evaluate for|work up for
            workup for|work-up for|investigate for|consider|considered|considering|differential includes|differential diagnosis
            differential diagnoses|ddx|ddx includes|differential|versus|vs|vs.|consistent with possible|suggestive of
            suggests|suggesting|suggest|suspicious|appears to be|appears to have|seems to have|seems to be|compatible with
            most likely|more likely|highly likely|very likely|felt to be|thought to be|thought to have|believed to be
            perhaps|maybe|apparent|low suspicion for|low probability of|low likelihood of|unlikely|doubt|doubtful
            not certain if|uncertain if|unclear if|unclear whether|whether
            be ruled out for|being ruled out for|should be ruled out for|must be ruled out for|to be ruled out for
            rule her out for|rule him out for|rule the patient out for|rule patient out for|pending evaluation for
            impression of possible|working diagnosis of|provisional diagnosis of|tentative diagnosis of
            """)
        + after(
            .possible,
            """
            is possible|are possible|was possible|possible|is likely|are likely|likely|is suspected|was suspected|suspected
            is questionable|questionable|is unlikely|are unlikely|seems unlikely|appears unlikely|unlikely|is doubtful
            cannot be excluded|can not be excluded|can't be excluded|could not be excluded|cannot be ruled out
            can not be ruled out|could not be ruled out|not excluded|not ruled out|has not been ruled out|not been excluded
            not be excluded|not be ruled out|is a possibility|are possibilities|remains possible|is in the differential
            on the differential|is being considered|was considered|is considered|to be ruled out|be ruled out|(?)|?
            should be considered|must be considered|is probable|probable|needs to be ruled out|is presumed|presumed
            """)

    // MARK: When, and under which circumstance?

    private static let time: [Cue] =
        before(
            .historical,
            """
            history of|history significant for|history is significant for|history notable for|history positive for
            medical history of|past history of|past medical history of|past medical history significant for|remote history of
            prior history of|previous history of|known history of|childhood history of|history includes|history included
            hx of|hx|h/o|pmh of|pmhx of|pmh|pmhx|pmh significant for|prior|previous|previously|previously had|formerly|former
            s/p|status post|in the past|had been diagnosed with|was previously diagnosed with|past|remote|old|years ago had
            as a child had|childhood|resolved episode of
            """)
        + after(
            .historical,
            """
            in the past|in childhood|as a child|as a teenager|years ago|year ago|yrs ago|yr ago|months ago|in the remote past
            previously|in remission|in previous years|decades ago|in his youth|in her youth|in the distant past|by history
            """)
        + before(
            .hypothetical,
            """
            if|if you have|if you develop|if you experience|if she develops|if he develops|if she experiences|in case of
            in case you|in the event of|should you develop|should you have|should you experience|should she develop
            should he develop|should there be|should the patient develop|return for|return if|return with|come back for
            come back if|come back with|call for|call if|watch for|watch out for|monitor for|monitored for|monitoring for
            look out for|looking for|risk of|risk for|risks of|risk factor for|risk factors for|at risk of|at risk for
            risks include|risks including|prevent|prevents|prevention of|to prevent|preventing|prophylaxis for
            prophylaxis against|prophylaxis of|avoid|avoiding|to avoid|prn|prn for|as needed for|as required for|precautions for
            screen for|screened for|screening for|vaccination against|vaccine for|immunization against|in the setting of any
            until|unless|once the|once his|once her|once your|warning signs of|red flags for|predisposed to|predisposes to|susceptible to|worried about developing
            """)
        + after(
            .hypothetical, reach: phrase,
            "prophylaxis|precautions|prevention|screening|screen|risk|vaccine|vaccination|should occur|were to occur|develops|occurs"
        )
        + before(
            .conditional,
            """
            allergic to|allergy to|allergies to|causes|caused|triggers|provokes|reacts with|on exertion|with exertion
            when walking|when standing|when lying|when exposed to|upon exertion
            """)
        + after(
            .conditional, reach: phrase,
            """
            on exertion|with exertion|upon exertion|on effort|exertional|with activity|with exercise|during exercise|on exercise
            on walking|when walking|with walking|while walking|on climbing|climbing stairs|with ambulation|on standing
            when standing|upon standing|with standing|on lying|when lying|on bending|on movement|with movement|on inspiration
            with inspiration|with deep breathing|on deep breathing|on swallowing|with swallowing|on coughing|with coughing
            when coughing|on palpation|with palpation|after meals|after eating|with meals|with food|in cold weather|in the cold
            when exposed|when stressed|with stress|only when|only with|only on|at night only|during menstruation|on weight bearing
            with weight bearing|on touch|when touched
            """)

    // MARK: Whose is it?

    private static let relatives =
        "mother father mom dad mum sister brother sibling siblings parent parents son daughter grandmother grandfather "
        + "grandparent grandparents aunt uncle cousin cousins nephew niece half-brother half-sister"

    private static let person: [Cue] =
        before(
            .family,
            """
            family history of|family history significant for|family history is significant for|family history positive for
            family history is positive for|family history includes|family history notable for|family history|family hx of
            family hx|fhx of|fhx|fh of|strong family history of|positive family history of|family member with|family members with
            maternal|paternal|maternal history of|paternal history of|relative with|relatives with|first degree relative
            first-degree relative|first degree relatives|first-degree relatives
            """)
        + relatives.split(separator: " ").flatMap { relative in
            [
                Cue("\(relative)", .before(.family)), Cue("\(relative)'s", .before(.family)),
                Cue("in \(relative)", .after(.family, reach: clause)),
                Cue("in her \(relative)", .after(.family, reach: clause)),
                Cue("in his \(relative)", .after(.family, reach: clause)),
                Cue("in the \(relative)", .after(.family, reach: clause)),
                Cue("in their \(relative)", .after(.family, reach: clause)),
                Cue("( \(relative)", .after(.family, reach: phrase)),
            ]
        }
        + after(
            .family,
            "runs in the family|run in the family|in the family|in family|in his family|in her family|in relatives")

    // MARK: What only looks like a cue

    private static let pseudo: [Cue] =
        cues(
            """
            no increase|no decrease|no change|no changes|no significant change|no significant changes|no interval change
            no significant interval change|no definite change|without change|without significant change|not changed
            not have changed|have not changed|has not changed|unchanged|no improvement|no relief|no better|not improve
            not only|not just|not merely|not necessarily|not drain|not extend|not cause|not certain|not clear|not sure
            not limited to|but not limited to|without difficulty|without complication|without complications|without further
            without incident|gram negative|gram-negative|no doubt|no question|no wonder|no sooner|whether or not|if not
            not yet|not to mention|negative pressure|rh negative|is not the cause|no cause of|no cause for|no source of
            no source for|do not know|does not know|did not know|don't know|not know|not able to|was not able to
            is not able to|not being|not been able to|not feel|not tolerate|not want|not wish|not taking|not take|not given
            not received|not started|not treated|not admitted|not been admitted|not recall|not remember|not aware of
            history of present illness|history of presenting complaint|history of the present illness|present illness
            history and physical|history & physical|history , physical|history of presenting illness|social history
            clinical history|patient history|brief history|history obtained|history taken|history limited|history from
            unable to obtain history|history was obtained|sexual history|surgical history|medication history
            old age|years old|year old|- year - old|yr old|month old|months old|week old|day old
            old male|old female|old man|old woman|old gentleman|old lady
            as if|even if|know if|only if|see if|ask if|asked if|determine if|wonder if|wondering if|and if so
            free air|free fluid|free text|free thyroxine|free t4|sugar free|free flap
            mother of|father of|foster mother|foster father|expectant mother|family physician|family doctor
            family practice|family planning|family meeting|wife states|husband states|wife reports|husband reports
            family members present|family at bedside|family therapy|family medicine|parent company
            likely to follow|possible to|not possible to|is it possible to|considered for|was considered for|may be given
            may be taken|may be used|may be discharged|may be seen|may have had dinner|could have dinner|could not
            suspects that he will|past week|past weeks|past few|past several|past two|past three|past day|past days|past month
            past months|past year|past 24|past 48|for the past|over the past|during the past|in the past few
            in the past several|in the past two|in the past week|in the past month|in the past 24|prior to|previous to
            prior study|prior exam|prior examination|prior films|prior film|prior ct|prior mri|prior radiograph|prior visit
            prior admission|previous study|previous exam|previous visit|previous admission|previous ct|compared with prior
            compared to prior|compared to previous|comparison with prior|risk management|low risk|high risk|moderate risk
            return to|returned to|return visit|return of|return home|call light|call back|on call|watch and wait
            """, .pseudo)
        // Who tells, who brings, who lives with the patient.
        + relatives.split(separator: " ").flatMap { relative in
            cues(
                """
                with _ \(relative)|by _ \(relative)|per _ \(relative)|per \(relative)|to _ \(relative)|\(relative) states
                \(relative) reports|\(relative) says|\(relative) noticed|\(relative) noted|\(relative) brought
                \(relative) thinks|\(relative) gave|\(relative) is concerned|\(relative) at bedside|\(relative) present
                """, .pseudo) + before(.absent, "\(relative) denies|\(relative) denied")
        }

    // MARK: Where a scope ends

    private static let terminators: [Cue] =
        cues(
            """
            but|however|nevertheless|nonetheless|yet|though|although|even though|whereas|except|except for|other than
            apart from|aside from|besides|with the exception of|secondary to|due to|because|because of|since|as the cause of
            as the source of|as a cause of|as a source of|as the etiology of|attributed to|caused by|which|who|whom|whose
            where|when|while|so that|so|then|therefore|thus|hence|still|until|unless|despite|in spite of|instead
            ;|•|·|trigger event for|cause of|cause for|causes for|causes of|reason for|reasons for|source of|origin of
            """, .terminator(Set(Cue.Dimension.allCases)))
        + cues(
            """
            has a|has had|have had|does have|does report|do report|did have|and has|and is|and was|and have|and had|she has
            he has|she is|he is|she was|he was|patient has|patient is|patient was|there is|there are|there was|there were
            is present|are present|was present|presents|presented|presenting|complains of|complained of|complaining of
            c/o|endorses|endorsed|admits to|admits|admitted to|admitted with|reports|reported|notes|noted to have|found to have
            positive for|significant for|notable for|remarkable for|reveals|revealed|shows|showed|demonstrates|demonstrated
            consistent with|diagnosed with|treated with|treated for|to suggest otherwise|and positive|does complain
            """, .terminator([.certainty]))
        + cues(
            """
            presents|presented|presenting|presents with|presented with|presenting with|who presents|who presented|comes in
            came in|now|today|currently|current|this admission|on admission|admitted|admitted for|admitted with|admitted to
            complains of|complained of|complaining of|c/o|reports|reported|now with|new onset|acute onset|tonight|this morning
            was brought|was transferred|transferred|developed|noted to have|found to have|on exam|on examination|denies|denied
            """, .terminator([.time]))
        + cues(
            "he|she|the patient|patient|pt|his|her|patient's|denies|denied|presents|presented", .terminator([.person]))
}
