using Mediation.Domain.Cases;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Microsoft.AspNetCore.Mvc.ModelBinding;

namespace Mediation.Service.Shared;

public static class FormProblems
{
    /// <summary>Shows a problem in a page's form: beside the fields it names, else above all of them.</summary>
    public static void Show(this ModelStateDictionary state, ProblemException problem, params (string Field, string Input)[] inputs)
    {
        foreach (var (field, messages) in problem.Fields)
            foreach (var message in messages)
                state.AddModelError(inputs.FirstOrDefault(pair => pair.Field == field).Input ?? "", message.In());
        if (problem.Fields.Count == 0) state.AddModelError("", problem.Text.In());
    }
}
