"""Words that name no subject: of the language, and of papers about anything. As papers.search.terms keys them. Pure."""

from __future__ import annotations

_LANGUAGE = """
a about above across after again against all allow allows almost along already also although always am among amongst an
and another any are aren't around as at away back be became because become been before behind being below beside besides
better best between beyond both but by can cannot can't could did didn't do doe does doing don't done down due during
each either else enough especially etc even ever every far few fewer first for four from full fully further gain get
give given go good great had has have having he hence her here hers him his how however i if in indeed inside instead
into is isn't it its itself just kept know known last later latter least less let like likely little long look made
mainly make makes making many may me mere merely might more moreover most mostly much must my namely near nearly need
neither never nevertheless new next no nor not now obtain of off often old on once one only onto or other others
otherwise our ours out over own part per perhaps put quite rather really s same say second see seem seen several shall
she should show showed shown side simply since so some something soon still such t take taken than that the their them
then there thereby therefore these they third this those though three through throughout thus to together too toward
towards two under until up upon us use used using usually various very via was way we well were what when where whereas
whether which while who whole whom whose why will with within without would yet you your zero e.g i.e al et
"""

_PAPERS = """
ability ablation able abstract access accordingly account accuracy achieve achieved achieving adapt adaptive adaptively
address addressing adopt advance advanced advantage aim algorithm analyse analysing analytical analyze analyzing answer
appear application applied apply applying approach architecture arise art arxiv aspect assess assessment assume
assumption attain attention-based author automated available average avoid aware balance base baseline basis beginning
behavior behaviour benchmark benchmarking benefit benign bridge bring broad broader build built calculate calculation
candidate capability capable capacity capture carefully carry case category caveat central certain challenge challenging
change characterise characteristic characterize check choice clear clearly close code collect com combination combine
common commonly community compare compared comparison competence competitive complete complex complexity component
comprehensive comprise computation compute concept conclude conclusion condition conduct confirm consider considerable
considerably consist consistency consistent consistently constrain constraint construct construction contain contrast
contribute contribution conventional copy core correct correctness correspond corresponding cost counterpart create
critical crucial current currently data dataset de deal decade deciphering deep define definition demonstrate
demonstrated depend dependent deploy deploying deployment derive describe description designed despite detail detailed
determine develop developed development differ difference different difficult difficulty direct direction directly
discover discrete discuss distinct diverse diversity domain drive driven dynamic easily easy effective effectively
effectiveness efficiency efficient efficiently effort eliminate emerge emerging emphasize employ enable encoder
encompass end end-task end-to-end enhance enhanced enhancing ensure entire equal equivalent essential establish estimate
evaluate evaluating evaluation everyday evidence evolve exact examine example exceed excellent execution exhibit exist
existence existing expect expensive experiment experimental experimentally explain explicit explicitly exploit explore
exploring express extend extended extension extensive extensively extent extra extract face facilitate fact factor fail
failure fall family fast faster feature figure final finally find finding fine fine-grained finite fix flexible focus
follow following form formal formulate formulation found foundation foundational fragility framework free frequently
fundamental furthermore future gap general generalise generalizability generalize generally generate generated
generating github goal gradually guarantee guide guided hand handle hard hardness help hidden high high-fidelity
high-quality higher highest highlight highly hold http https huge human idea ideal identify illustrate impact implement
implementation implication implicit importance important importantly impose improve improved improvement improving
include including incorporate increase increased increasing increasingly independent indicate individual inform
information ingredient inherent initial input insight inspire integrate integrated integrating integration interest
interesting introduce introduced introducing investigate investigating involve io issue item job joint jointly key kind
lack large large-scale largely larger largest lead leading learn learned leave left lens level leverage leverages
leveraging light limit limitation limited literature local long-term low lower magnitude main maintain major manner
manual match maximum mean meaning meaningful measure measurement mechanism meet meeting mention method methodology
metric minimal minimum mitigate mitigating modality mode modeling modern modify module motivate motivated multi multiple
natural nature necessary normal notable notably note novel numerical numerous object objective observation observe
observed obstacle obtained occur odd offer online open open-source operate operation opportunity optimal option order
ordinary org original outcome outperform outperforming output overall overcome overhead overview pair paper paradigm
parameter participant particular particularly pattern people perceptual perform performance person perspective
phenomenon picture pipeline play playground point poor popular pose position possible possibly potential potentially
power powerful practical practice practitioner precise precisely predict presence present preserve preserved preserving
prevent previous previously primarily primary principle principled prior procedure produce project promise promising
proof proper property proportion proposal propose proposed prove proven provide public publicly purpose quality quantify
quantity raise range rapid rapidly raw reach reader real real-world realize reason recent recently reduce reduced
reducing reduction refer reflect regard regime region relate relation relationship relative relatively release released
relevant reliable reliably reliance rely remain remaining remarkable remarkably remote report represent require required
requirement research researcher resolve resource respect respectively respond respondent response result resulting
retain rethink rethinking reveal review revisit revisiting rich right rigorous rise roadmap robust robustly robustness
role route run running sample satisfy scale scarce scenario scheme scope score seamless seamlessly section select sense
sensitive separate sequence serve setting setup severe shape share shift short significance significant significantly
similar similarly simple simulate simultaneous simultaneously single situation size small smaller solely solution solve
solving source species specific specifically stage standard start starting state-of-the-art statement step strategy
strength strong stronger structured student study subsequent substance substantial substantially success successful
successfully suffer sufficient suggest suggesting suitable summary superior support sure surpas survey system systematic
systematically table tackle target task technique technology tend term test testbed testing theoretical this thought
today tool-use toolkit topic total toy track traditional train trained treat trend try turn typical typically ultimately
underexplored underlying understand understanding unexplored unified unify unique unlike unseen update usage useful user
usual utilise utilize valid validate validation value van variable variant variation variety vary vast verify versatile
version view vital von wa weak weight wide widely wider widespread win winner work www xx year yield yielding
"""

# Words that name a subject with the one before them and none by themselves: language model, star formation.
_SECOND = """
action agent-based analysis answering artifact bound budget channel class classification computing confidence conjecture
context control correction coupling curve degree design detection device diagnosis discovery distribution divergence
dynamics editing effect element emission energy environment equation estimation event evolution exponent extraction
feedback field fine-tuning flow formation formula frame frontier function generation generator gradient group
identification image index inference interaction interval language law learning line loss map mapping mass matching
matrix matter memory model network number operator optimisation optimization path phase planning policy population
prediction probability problem process processing profile protocol question rank rate ray recognition recovery
representation rewriting rule sampling scaling search selection service set simulation skill solver space spectrum state
structure sum supervision synthesis text theorem theory threshold time tool training transformation transition treatment
tuning type verification world
"""

SECOND_WORDS = frozenset(_SECOND.split())
COMMON_WORDS = frozenset(_LANGUAGE.split()) | frozenset(_PAPERS.split())
